// SPDX-License-Identifier: Apache-2.0
#include "dsp/base/bytes.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event_codec.h"

// Head: {0xC2, version u8, from_node u16}. Then messages, each
//   {task u32, from u32, to u32, seq u32, echo u32, flags u8, hash_next i64, state_hash u64, next i64, promise i64,
//    log_end u32, ack u32, base u32, rewired i64, entries u8, excluded u8}  75 bytes
//   entries times an event (event_codec.h)                             27 bytes each
//   excluded times {incarnation u32}                                    4 bytes each
// flags: 1 fenced, 2 tainted, 4 witness, 8 and 16 standing; the others are zero.

namespace continuo::wire {
namespace {

constexpr std::uint8_t kFenced = 1, kTainted = 2, kWitness = 4, kKnownFlags = 31;
constexpr int kStandingShift = 3;

std::uint8_t FlagsOf(const FellowMessage& message) {
  const int standing = static_cast<int>(message.standing) << kStandingShift;
  return static_cast<std::uint8_t>((message.fenced ? kFenced : 0) |
                                   (message.tainted ? kTainted : 0) |
                                   (message.witness ? kWitness : 0) | standing);
}

void SetFlags(std::uint8_t flags, FellowMessage& message) {
  message.fenced = (flags & kFenced) != 0;
  message.tainted = (flags & kTainted) != 0;
  message.witness = (flags & kWitness) != 0;
  message.standing = static_cast<Standing>(flags >> kStandingShift & 3);
}

void WriteMessage(const FellowMessage& message, ByteWriter& out) {
  out.Le(message.task);
  out.Le(message.from);
  out.Le(message.to);
  out.Le(message.seq);
  out.Le(message.echo);
  out.Le(FlagsOf(message));
  out.Le(message.hash_next);
  out.Le(message.state_hash);
  out.Le(message.next);
  out.Le(message.promise);
  out.Le(message.log_end);
  out.Le(message.ack);
  out.Le(message.base);
  out.Le(message.rewired);
  out.Le(static_cast<std::uint8_t>(message.entries.size()));
  out.Le(static_cast<std::uint8_t>(message.excluded.size()));
  for (const Event& event : message.entries) WriteEvent(event, out);
  for (const Incarnation incarnation : message.excluded) out.Le(incarnation);
}

bool ReadLists(ByteReader& in, std::size_t entries, std::size_t excluded, FellowMessage& message) {
  message.entries.clear();
  for (std::size_t i = 0; i < entries; ++i) {
    Event event;
    if (!ReadEvent(in, event) || !message.entries.push_back(event)) return false;
  }
  message.excluded.clear();
  for (std::size_t i = 0; i < excluded; ++i) {
    if (!message.excluded.push_back(in.Le<Incarnation>())) return false;
  }
  return in.ok();
}

bool ReadMessage(ByteReader& in, FellowMessage& message) {
  message.task = in.Le<std::uint32_t>();
  message.from = in.Le<Incarnation>();
  message.to = in.Le<Incarnation>();
  message.seq = in.Le<std::uint32_t>();
  message.echo = in.Le<std::uint32_t>();
  const auto flags = in.Le<std::uint8_t>();
  SetFlags(flags, message);
  message.hash_next = in.Le<PacketIndex>();
  message.state_hash = in.Le<std::uint64_t>();
  message.next = in.Le<PacketIndex>();
  message.promise = in.Le<MediaTime>();
  message.log_end = in.Le<std::uint32_t>();
  message.ack = in.Le<std::uint32_t>();
  message.base = in.Le<std::uint32_t>();
  message.rewired = in.Le<MediaTime>();
  const std::size_t entries = in.Le<std::uint8_t>();
  const std::size_t excluded = in.Le<std::uint8_t>();
  if (!in.ok() || flags > kKnownFlags) return false;
  if (!IsMediaTime(message.next) || !IsMediaTime(message.promise) ||
      !IsMediaTime(message.hash_next) || !IsMediaTime(message.rewired))
    return false;
  const bool inside_log = std::uint64_t{message.base} + entries <= message.log_end;
  return inside_log && ReadLists(in, entries, excluded, message);
}

}  // namespace

FellowFrameWriter::FellowFrameWriter(std::span<std::uint8_t> out, std::uint16_t from_node)
    : out_(out) {
  ByteWriter writer(out_);
  writer.Le(kFrameFellows);
  writer.Le(kFrameVersion);
  writer.Le(from_node);
  used_ = writer.size();
}

bool FellowFrameWriter::Add(const FellowMessage& message) {
  ByteWriter writer(out_.subspan(used_));
  WriteMessage(message, writer);
  if (!writer.ok()) return false;
  used_ += writer.size();
  ++count_;
  return true;
}

FellowFrameReader::FellowFrameReader(std::span<const std::uint8_t> frame) {
  ByteReader reader(frame);
  const auto type = reader.Le<std::uint8_t>();
  const auto version = reader.Le<std::uint8_t>();
  from_node_ = reader.Le<std::uint16_t>();
  ok_ = reader.ok() && type == kFrameFellows && version == kFrameVersion;
  left_ = reader.View(reader.left());
  ByteReader messages(left_);
  FellowMessage message;
  while (ok_ && messages.left() != 0) ok_ = ReadMessage(messages, message);
}

bool FellowFrameReader::Next(FellowMessage& message) {
  if (!ok_ || left_.empty()) return false;
  ByteReader reader(left_);
  ReadMessage(reader, message);
  left_ = reader.View(reader.left());
  return true;
}

}  // namespace continuo::wire
