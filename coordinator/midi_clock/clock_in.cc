// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/clock_in.h"

#include <algorithm>
#include <cmath>

namespace continuo::coordinator::midi_clock {
namespace {

/// What no show goes at is refused by it, and told; this is no music at all.
constexpr double kFastest = 10'000;
constexpr double kLeastChange = 0.0005;
constexpr double kErrorsOfChange = 6;
constexpr double kErrorsOfValue = 3;

/// The roundest value that is as good, in thousandths: 120 of 119.97 +- 0.03.
std::uint32_t Round(const TempoEstimate::Reading& reading) {
  const double mbpm = reading.bpm * 1e3, slack = kErrorsOfValue * reading.error_bpm * 1e3;
  for (const double unit : {1'000.0, 100.0, 10.0}) {
    const double round = std::round(mbpm / unit) * unit;
    if (round > 0 && std::abs(round - mbpm) <= slack) return static_cast<std::uint32_t>(round);
  }
  return static_cast<std::uint32_t>(std::lround(mbpm));
}

}  // namespace

void ClockIn::Take(const MidiMessage& message, Nanoseconds at) {
  switch (message.kind) {
    case Midi::kClock:
      ++clocks_;
      return estimate_.Clock(at);
    case Midi::kSongPosition:
      if (rolls_) {
        ++passed_over_;
      } else {
        wish_.locate = message.sixteenths;
      }
      return;
    case Midi::kStart:
      wish_.locate = 0;
      [[fallthrough]];
    case Midi::kContinue:
    case Midi::kStop:
      rolls_ = message.kind != Midi::kStop;
      wish_.roll = rolls_;
  }
}

Wish ClockIn::Decide(std::uint32_t show_mbpm) {
  Wish wish = wish_;
  wish_ = {};
  wish.tempo_mbpm = Tempo(show_mbpm);
  return wish;
}

std::optional<std::uint32_t> ClockIn::Tempo(std::uint32_t show_mbpm) {
  const auto reading = estimate_.Read();
  if (!reading || reading->bpm > kFastest) return std::nullopt;
  const auto differs = [&](double bpm) {
    const double change = std::abs(reading->bpm - bpm);
    return change > kLeastChange * bpm && change > kErrorsOfChange * reading->error_bpm;
  };
  if (wished_bpm_ != 0) {
    if (!differs(wished_bpm_)) agreed_at_ = clocks_;
    if (clocks_ - agreed_at_ < TempoEstimate::kClocks) return std::nullopt;
  }
  const std::uint32_t mbpm = Round(*reading);
  wished_bpm_ = mbpm / 1e3;
  return differs(show_mbpm / 1e3) ? std::optional(mbpm) : std::nullopt;
}

}  // namespace continuo::coordinator::midi_clock
