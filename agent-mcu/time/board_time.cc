// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/time/board_time.h"

#include <array>

#include "proto/clock/ptp_time.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kTurn = 50'000'000;
constexpr Nanoseconds kJoin = 60 * clock::kSecond;
constexpr Nanoseconds kNews = 20'000'000;

/// A clock's identity of an Ethernet address, as ptp4l makes it (EUI-64).
clock::ClockIdentity IdentityOf(const Mac& mac) {
  clock::ClockIdentity identity = 0;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    identity = identity << 8 | mac[i];
    if (i == 2) identity = identity << 16 | 0xfffe;
  }
  return identity;
}

}  // namespace

BoardTime::BoardTime(const Mac& mac, std::uint32_t ip)
    : mac_(mac), ip_(ip), slave_(IdentityOf(mac)) {}

bool BoardTime::Take(std::span<const std::uint8_t> frame, Nanoseconds at) {
  const auto message = PtpIn(frame);
  if (message.empty()) return false;
  slave_.Hear(message, at);
  return true;
}

std::size_t BoardTime::Speak(Nanoseconds now, std::span<std::uint8_t> out) {
  if (now >= next_turn_) {
    next_turn_ = now + kTurn;
    slave_.Turn(now);
    Guess();
  }
  if (now >= next_join_) {
    next_join_ = now + kJoin;
    return MakePtpJoin(mac_, ip_, out);
  }
  std::array<std::uint8_t, wire::kPtpDelayReqBytes> message{};
  const std::size_t bytes = slave_.Speak(now, message);
  return bytes == 0 ? 0 : MakePtpFrame(mac_, ip_, std::span(message).first(bytes), out);
}

bool BoardTime::Hear(const Frame& frame) {
  if (frame.type != FrameType::kClockTold) return false;
  ClockTold told;
  if (!ParseClockTold(frame.payload, told)) return true;
  told_ = told;
  slave_.Follow(told.domain, told.sdo, told.allowed);
  Learn(told.map);
  return true;
}

// So it has measured its crystal by the time that it is told.
void BoardTime::Guess() {
  const auto candidate = slave_.servo().candidate();
  if (!candidate || told_.number != 0 || slave_.servo().map().version() != 0) return;
  guessed_ = candidate->grandmaster;
  slave_.Add(clock::FirstEntry(guessed_));
}

void BoardTime::Learn(const clock::MediaMap& map) {
  if (guessed_ != 0 && !map.entries().empty()) {
    const clock::MapEntry* const said = map.Find(guessed_, kMediaTimeLimit);
    if (said == nullptr || said->StageAt(0) != clock::FirstEntry(guessed_).StageAt(0)) {
      slave_.ForgetMap();
    }
    guessed_ = 0;
  }
  for (const clock::MapEntry& entry : map.entries()) slave_.Add(entry);
}

bool BoardTime::Leads(Nanoseconds now) const {
  if (told_.map.entries().empty()) return false;
  const clock::LockState state = slave_.servo().state();
  return state == clock::LockState::kLocked ||
         (state == clock::LockState::kHoldover && slave_.servo().ErrorAt(now) < kAsGoodAsToldNs);
}

std::optional<BoardTime::Begins> BoardTime::News(Nanoseconds now) {
  if (told_.media == 0 || now < next_news_ || !Leads(now)) return std::nullopt;
  next_news_ = now + kNews;
  const clock::Line& line = slave_.servo().line();
  const Frames since = clock::FramesIn(line.At(now) - told_.t0, kSampleRate);
  return Begins{line.LocalAt(told_.t0 + clock::TimeOf(since, kSampleRate)), told_.n0 + since};
}

ClockReport BoardTime::Report(Nanoseconds now) const {
  const clock::Servo& servo = slave_.servo();
  const bool holds = servo.state() == clock::LockState::kHoldover;
  return {.has = true,
          .leads = Leads(now),
          .told = told_.number,
          .state = servo.state(),
          .port = slave_.port(),
          .allowed = slave_.allowed(),
          .grandmaster = slave_.grandmaster(),
          .offset = slave_.offset(),
          .path_delay = slave_.path_delay(),
          .error = servo.ErrorAt(now),
          .held = holds ? now - servo.held_since() : 0,
          .drift_ppb = servo.drift_ppb(),
          .map_version = servo.map().version(),
          .line = servo.line(),
          .counts = slave_.counts()};
}

}  // namespace continuo::mcu
