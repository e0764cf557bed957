// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/serial_link.h"

#include <algorithm>

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"

namespace continuo::mcu {
namespace {

constexpr std::size_t kHeadBytes = 14, kCrcBytes = 4;
static_assert(SerialLink::kOverhead == kHeadBytes + kCrcBytes);

/// How far `to` is behind `from`, where numbers go round.
std::uint16_t Distance(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::uint16_t>(to - from);
}

}  // namespace

struct SerialLink::Head {
  std::uint32_t from = 0, to = 0;
  std::uint8_t kind = 0, credit = 0;
  std::uint16_t sequence = 0, ack = 0;
};

std::span<std::uint8_t> SerialLink::Room() {
  if (Distance(first_, end_) == kWindow) return {};
  return In(outgoing_, end_).data;
}

void SerialLink::SendRoom(std::size_t bytes) {
  if (bytes == 0) return;
  In(outgoing_, end_++).bytes = static_cast<std::uint16_t>(bytes);
}

bool SerialLink::Send(std::span<const std::uint8_t> message) {
  const std::span<std::uint8_t> room = Room();
  if (message.empty() || message.size() > room.size()) return false;
  std::copy(message.begin(), message.end(), room.begin());
  SendRoom(message.size());
  return true;
}

std::span<const std::uint8_t> SerialLink::Front() const {
  if (taken_ == expected_) return {};
  const Slot& slot = incoming_[taken_ % kWindow];
  return std::span(slot.data).first(slot.bytes);
}

void SerialLink::Pop() {
  if (taken_ == expected_) return;
  owes_ = owes_ || credit() == 0;  // it waits for that
  ++taken_;
}

std::uint8_t SerialLink::credit() const {
  return static_cast<std::uint8_t>(kWindow - Distance(taken_, expected_));
}

// ---- in

void SerialLink::Hear(std::span<const std::uint8_t> bytes, Nanoseconds now) {
  for (const std::uint8_t byte : bytes) {
    if (byte != 0) {
      if (heard_size_ < heard_.size()) heard_[heard_size_] = byte;
      heard_size_ = std::min(heard_size_ + 1, heard_.size() + 1);
      continue;
    }
    if (heard_size_ > heard_.size()) {
      ++counters_.damaged;
    } else if (heard_size_ != 0) {
      HearUnit(now);
    }
    heard_size_ = 0;
  }
}

void SerialLink::HearUnit(Nanoseconds now) {
  std::size_t size = 0;
  const bool whole = DecodeCobs(std::span(heard_).first(heard_size_), heard_, size) &&
                     size >= kOverhead && size <= kOverhead + kMaxMessage;
  const auto unit = std::span<const std::uint8_t>(heard_).first(size);
  if (!whole ||
      ByteReader(unit.last(kCrcBytes)).Le<std::uint32_t>() != CrcOf(unit.first(size - kCrcBytes))) {
    ++counters_.damaged;
    return;
  }
  ByteReader in(unit);
  Head head;
  head.from = in.Le<std::uint32_t>();
  head.to = in.Le<std::uint32_t>();
  head.kind = in.Le<std::uint8_t>();
  head.credit = in.Le<std::uint8_t>();
  head.sequence = in.Le<std::uint16_t>();
  head.ack = in.Le<std::uint16_t>();
  const auto message = unit.subspan(kHeadBytes, size - kOverhead);
  const bool has_message = (head.kind & kMessage) != 0;
  const bool makes_sense = head.from != 0 && head.credit <= kMostCredit &&
                           head.kind <= (kMessage | kGap) && has_message != message.empty();
  if (!makes_sense || (head.to != 0 && head.to != config_.life)) {
    ++counters_.refused;
    return;
  }
  if (head.from != peer_) BeginAnew(head.from);
  if (head.to == 0) {
    owes_ = true;  // it has not heard of us
    return;
  }
  HearAck(head, now);
  if (has_message) HearMessage(head.sequence, message, now);
}

void SerialLink::BeginAnew(std::uint32_t peer) {
  // What was given before it was heard for the first time has not been sent to anybody else.
  if (peer_ != 0) end_ = 0;
  peer_ = peer;
  ++counters_.peer_lives;
  first_ = next_ = furthest_ = allowed_ = 0;
  taken_ = expected_ = told_ = 0;
  went_back_ = gap_ = false;
  owes_ = true;
}

void SerialLink::HearAck(const Head& head, Nanoseconds now) {
  const std::uint16_t acknowledged = Distance(first_, head.ack);
  if (acknowledged > Distance(first_, furthest_)) return;  // of before
  if (acknowledged != 0) {
    if (Distance(first_, next_) < acknowledged) next_ = head.ack;
    first_ = head.ack;
    went_back_ = false;
    resend_at_ = now + config_.resend_after;
  }
  const auto allowed = static_cast<std::uint16_t>(head.ack + head.credit);
  const std::uint16_t room = Distance(first_, allowed);
  if (room <= kMostCredit && room > Distance(first_, allowed_)) allowed_ = allowed;
  // Once for each gap: what was under way behind it tells of it as well.
  if ((head.kind & kGap) != 0 && acknowledged == 0 && !went_back_) {
    next_ = first_;
    went_back_ = true;
  }
}

void SerialLink::HearMessage(std::uint16_t sequence, std::span<const std::uint8_t> message,
                             Nanoseconds now) {
  if (sequence != expected_) {
    owes_ = true;
    gap_ = Distance(expected_, sequence) < kWindow;  // else it is here already
    return;
  }
  if (credit() == 0) {
    owes_ = true;
    ++counters_.refused;
    return;
  }
  gap_ = false;
  Slot& slot = In(incoming_, expected_++);
  slot.bytes = static_cast<std::uint16_t>(message.size());
  std::copy(message.begin(), message.end(), slot.data.begin());
  ++counters_.delivered;
  owes_ = owes_ || Distance(told_, expected_) >= kWindow / 2;
  status_at_ = std::min(status_at_, now + config_.acknowledge_after);
}

// ---- out

std::size_t SerialLink::Speak(std::span<std::uint8_t> out, Nanoseconds now) {
  std::size_t size = 0;
  while (size < out.size()) {
    if (spoken_begin_ == spoken_end_ && !NextUnit(now)) break;
    const std::size_t count = std::min(out.size() - size, spoken_end_ - spoken_begin_);
    std::copy_n(spoken_.begin() + static_cast<std::ptrdiff_t>(spoken_begin_), count,
                out.begin() + static_cast<std::ptrdiff_t>(size));
    spoken_begin_ += count;
    size += count;
  }
  return size;
}

bool SerialLink::NextUnit(Nanoseconds now) {
  if (first_ != next_ && now >= resend_at_) {
    next_ = first_;
    went_back_ = false;
  }
  const bool may = Distance(first_, next_) < Distance(first_, allowed_);
  if (connected() && next_ != end_ && may) {
    const Slot& slot = In(outgoing_, next_);
    const std::uint16_t sequence = next_++;
    ++counters_.sent;
    if (Distance(first_, next_) > Distance(first_, furthest_)) {
      furthest_ = next_;
    } else {
      ++counters_.resent;
    }
    resend_at_ = now + config_.resend_after;
    MakeUnit(sequence, std::span(slot.data).first(slot.bytes), now);
    return true;
  }
  if (!owes_ && now < status_at_) return false;
  MakeUnit(next_, {}, now);
  return true;
}

void SerialLink::MakeUnit(std::uint16_t sequence, std::span<const std::uint8_t> message,
                          Nanoseconds now) {
  const int kind = (message.empty() ? kStatus : kMessage) | (gap_ ? kGap : kStatus);
  std::array<std::uint8_t, kMaxMessage + kOverhead> unit;
  ByteWriter out(unit);
  out.Le(config_.life);
  out.Le(peer_);
  out.Le(static_cast<std::uint8_t>(kind));
  out.Le(credit());
  out.Le(sequence);
  out.Le(expected_);
  out.Bytes(message.data(), message.size());
  out.Le(CrcOf(std::span<const std::uint8_t>(unit).first(out.size())));
  spoken_begin_ = 0;
  spoken_end_ = EncodeCobs(std::span<const std::uint8_t>(unit).first(out.size()), spoken_);
  spoken_[spoken_end_++] = 0;
  told_ = expected_;
  owes_ = gap_ = false;
  status_at_ = now + config_.status_every;
}

}  // namespace continuo::mcu
