// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/link/zmtp.h"

#include <algorithm>

#include "dsp/base/bytes.h"

namespace continuo::mcu {
namespace {

constexpr std::uint8_t kMore = 1, kLong = 2, kCommand = 4;
constexpr std::size_t kSignatureBytes = 10, kMechanismAt = 12, kMechanismBytes = 20;
constexpr std::size_t kLongestContext = 16;
constexpr std::string_view kMechanism = "NULL";

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void WriteText(std::string_view text, ByteWriter& out) {
  out.Bytes(text.data(), text.size());
}

/// A command's name, or a property's: with its length before it.
void WriteName(std::string_view name, ByteWriter& out) {
  out.Be(static_cast<std::uint8_t>(name.size()));
  WriteText(name, out);
}

void WriteProperty(std::string_view name, std::string_view value, ByteWriter& out) {
  WriteName(name, out);
  out.Be(static_cast<std::uint32_t>(value.size()));
  WriteText(value, out);
}

}  // namespace

const char* ToString(ZmtpError error) {
  switch (error) {
    case ZmtpError::kNone:
      return "well";
    case ZmtpError::kSignature:
      return "it speaks no ZMTP";
    case ZmtpError::kVersion:
      return "its ZMTP is older than 3.0";
    case ZmtpError::kMechanism:
      return "its mechanism is not NULL";
    case ZmtpError::kFlags:
      return "a frame has flags that there are not";
    case ZmtpError::kTooLong:
      return "a frame is longer than a bridge's may be";
    case ZmtpError::kCommand:
      return "a command is malformed or not in its place";
    case ZmtpError::kSocketType:
      return "it is no ROUTER";
    case ZmtpError::kRefused:
      return "it said ERROR";
    case ZmtpError::kSilent:
      return "it is silent";
  }
  return "unknown";
}

void ZmtpClient::Begin(Nanoseconds now) {
  stage_ = Stage::kGreeting;
  error_ = ZmtpError::kNone;
  heard_at_ = ping_at_ = now;
  head_size_ = size_ = wanted_ = out_size_ = 0;
  in_body_ = more_ = false;
  ByteWriter out(out_);
  out.Be(std::uint8_t{0xff});
  out.Be(std::uint64_t{0});
  out.Be(std::uint8_t{0x7f});
  out.Be(std::uint16_t{3 << 8 | 1});
  WriteText(kMechanism, out);
  std::fill(out_.begin() + static_cast<std::ptrdiff_t>(out.size()), out_.begin() + kGreetingBytes,
            std::uint8_t{0});
  out_size_ = kGreetingBytes;
}

void ZmtpClient::Fail(ZmtpError error) {
  error_ = error;
  out_size_ = 0;
}

bool ZmtpClient::Hear(std::span<const std::uint8_t>& bytes, Nanoseconds now) {
  if (!bytes.empty()) heard_at_ = now;
  if (stage_ == Stage::kGreeting) HearGreeting(bytes);
  while (error_ == ZmtpError::kNone && stage_ != Stage::kGreeting && !bytes.empty()) {
    if (HearFrame(bytes)) return true;
  }
  return false;
}

// What is wrong is seen as early as can be: who speaks something else may never say 64 bytes.
void ZmtpClient::HearGreeting(std::span<const std::uint8_t>& bytes) {
  const std::size_t count = std::min(bytes.size(), kGreetingBytes - size_);
  std::copy_n(bytes.begin(), count, body_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += count;
  bytes = bytes.subspan(count);
  if (size_ > 0 && body_[0] != 0xff) return Fail(ZmtpError::kSignature);
  if (size_ >= kSignatureBytes && (body_[9] & 1) == 0) return Fail(ZmtpError::kSignature);
  if (size_ > kSignatureBytes && body_[10] < 3) return Fail(ZmtpError::kVersion);
  if (size_ < kGreetingBytes) return;
  peer_minor_ = body_[10] > 3 ? 1 : body_[11];
  const auto mechanism = TextOf(std::span(body_).subspan(kMechanismAt, kMechanismBytes));
  if (mechanism.substr(0, kMechanism.size()) != kMechanism ||
      mechanism.find_first_not_of('\0', kMechanism.size()) != std::string_view::npos) {
    return Fail(ZmtpError::kMechanism);
  }
  size_ = 0;
  stage_ = Stage::kHandshake;
  std::array<std::uint8_t, 128> ready;
  ByteWriter out(ready);
  WriteName("READY", out);
  WriteProperty("Socket-Type", "DEALER", out);
  WriteProperty("Identity", config_.identity.view(), out);
  Write(kCommand, std::span(ready).first(out.size()));
}

/// The head is complete: false, and it is too early or an error.
bool ZmtpClient::TakeHead() {
  const std::uint8_t flags = head_[0];
  const bool command = (flags & kCommand) != 0;
  if ((flags & ~(kMore | kLong | kCommand)) != 0 || (command && (flags & kMore) != 0)) {
    Fail(ZmtpError::kFlags);
    return false;
  }
  if (head_size_ < ((flags & kLong) != 0 ? kHead : 2)) return false;
  ByteReader in(std::span<const std::uint8_t>(head_).subspan(1));
  const std::uint64_t size = (flags & kLong) != 0 ? in.Be<std::uint64_t>() : in.Be<std::uint8_t>();
  if (size > body_.size()) {
    Fail(ZmtpError::kTooLong);
    return false;
  }
  wanted_ = static_cast<std::size_t>(size);
  size_ = 0;
  return true;
}

/// True: a message is complete.
bool ZmtpClient::HearFrame(std::span<const std::uint8_t>& bytes) {
  if (!in_body_) {
    head_[head_size_++] = bytes[0];
    bytes = bytes.subspan(1);
    in_body_ = TakeHead();
    if (!in_body_) return false;
  }
  const std::size_t count = std::min(bytes.size(), wanted_ - size_);
  std::copy_n(bytes.begin(), count, body_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += count;
  bytes = bytes.subspan(count);
  if (size_ < wanted_) return false;
  in_body_ = false;
  head_size_ = 0;
  if ((head_[0] & kCommand) != 0) {
    TakeCommand(message());
    return false;
  }
  if (stage_ != Stage::kReady) {
    Fail(ZmtpError::kCommand);
    return false;
  }
  const bool part = more_ || (head_[0] & kMore) != 0;
  more_ = (head_[0] & kMore) != 0;
  ++(part ? counters_.passed_over : counters_.heard);
  return !part;
}

void ZmtpClient::TakeCommand(std::span<const std::uint8_t> body) {
  ByteReader in(body);
  const std::string_view name = TextOf(in.View(in.Be<std::uint8_t>()));
  if (!in.ok()) return Fail(ZmtpError::kCommand);
  if (name == "ERROR") return Fail(ZmtpError::kRefused);
  if (stage_ == Stage::kHandshake) {
    if (name != "READY") return Fail(ZmtpError::kCommand);
    return TakeReady(in.View(in.left()));
  }
  if (name == "PING") {
    in.Be<std::uint16_t>();  // how long we should take it for alive: config_ says that
    const std::size_t size = in.left();
    const auto context = in.View(size);
    if (!in.ok() || size > kLongestContext) return Fail(ZmtpError::kCommand);
    std::array<std::uint8_t, 5 + kLongestContext> pong;
    ByteWriter out(pong);
    WriteName("PONG", out);
    out.Bytes(context.data(), context.size());
    Write(kCommand, std::span(pong).first(out.size()));  // no room: it hears enough of us
  } else if (name != "PONG") {
    ++counters_.passed_over;
  }
}

void ZmtpClient::TakeReady(std::span<const std::uint8_t> metadata) {
  ByteReader in(metadata);
  bool router = false;
  while (in.ok() && in.left() > 0) {
    const std::string_view name = TextOf(in.View(in.Be<std::uint8_t>()));
    const std::string_view value = TextOf(in.View(in.Be<std::uint32_t>()));
    const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
    constexpr std::string_view kType = "Socket-Type";  // names are of either case
    if (std::equal(name.begin(), name.end(), kType.begin(), kType.end(), same)) {
      router = value == "ROUTER";
    }
  }
  if (!in.ok()) return Fail(ZmtpError::kCommand);
  if (!router) return Fail(ZmtpError::kSocketType);
  stage_ = Stage::kReady;
}

bool ZmtpClient::Write(std::uint8_t flags, std::span<const std::uint8_t> body) {
  ByteWriter out{std::span(out_).subspan(out_size_)};
  if (body.size() > 255) {
    out.Be(static_cast<std::uint8_t>(flags | kLong));
    out.Be(std::uint64_t{body.size()});
  } else {
    out.Be(flags);
    out.Be(static_cast<std::uint8_t>(body.size()));
  }
  out.Bytes(body.data(), body.size());
  if (!out.ok()) return false;
  out_size_ += out.size();
  return true;
}

bool ZmtpClient::Send(std::span<const std::uint8_t> message) {
  if (message.size() > kMaxMessage || !ready() || !Write(0, message)) {
    ++counters_.no_room;
    return false;
  }
  ++counters_.sent;
  return true;
}

void ZmtpClient::Sent(std::size_t bytes) {
  std::copy(out_.begin() + static_cast<std::ptrdiff_t>(bytes),
            out_.begin() + static_cast<std::ptrdiff_t>(out_size_), out_.begin());
  out_size_ -= bytes;
}

void ZmtpClient::Turn(Nanoseconds now) {
  if (error_ != ZmtpError::kNone) return;
  if (now - heard_at_ >= config_.silent_after) return Fail(ZmtpError::kSilent);
  if (ready() && peer_minor_ > 0 && now - heard_at_ >= config_.ping_after) Ping(now);
}

void ZmtpClient::Ping(Nanoseconds now) {
  if (now - ping_at_ < config_.ping_after) return;
  ping_at_ = now;
  std::array<std::uint8_t, 7> ping;
  ByteWriter out(ping);
  WriteName("PING", out);
  // In tenths of a second: so long the peer may take us for alive.
  out.Be(static_cast<std::uint16_t>(config_.silent_after / 100'000'000));
  if (Write(kCommand, ping)) ++counters_.pings;
}

}  // namespace continuo::mcu
