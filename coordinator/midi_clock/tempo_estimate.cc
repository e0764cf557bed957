// SPDX-License-Identifier: Apache-2.0
#include "coordinator/midi_clock/tempo_estimate.h"

#include <algorithm>
#include <cmath>

namespace continuo::coordinator::midi_clock {
namespace {

constexpr Nanoseconds kSilence = 1'000'000'000;
/// So many tell what an interval is.
constexpr int kFew = 8;
/// Of 48: more than that are not lost, the tempo is another one.
constexpr std::int64_t kMostLost = 8;
constexpr int kMostLostAtOnce = 6;
/// Off the line, in ns, by what carries clocks in steps: USB by 1 ms, a period of 32 samples by 0.7 ms.
constexpr double kSteps = 0.3e6;
constexpr double kClocksOfBeat = 24;
constexpr double kMinute = 60e9;

}  // namespace

void TempoEstimate::Begin(Nanoseconds at) {
  count_ = 1;
  heard_[0] = {0, at};
}

/// Clocks from the last one to this one.
std::int64_t TempoEstimate::Step(Nanoseconds interval) const {
  if (count_ < kFew) return 1;
  const int seen = static_cast<int>(std::min<std::int64_t>(count_, kClocks));
  const Heard &first = Last(seen - 1), &last = Last(0);
  const double usual =
      static_cast<double>(last.at - first.at) / static_cast<double>(last.number - first.number);
  const double steps = static_cast<double>(interval) / usual;
  const double whole = std::round(steps);
  const bool lost = whole >= 2 && whole <= kMostLostAtOnce && std::abs(steps - whole) < 0.25;
  return lost ? static_cast<std::int64_t>(whole) : 1;
}

void TempoEstimate::Clock(Nanoseconds at) {
  if (count_ == 0 || at - Last(0).at > kSilence || at < Last(0).at) return Begin(at);
  const std::int64_t number = Last(0).number + Step(at - Last(0).at);
  heard_[static_cast<std::size_t>(count_++ % kClocks)] = {number, at};
  const int seen = static_cast<int>(std::min<std::int64_t>(count_, kClocks));
  if (number - Last(seen - 1).number - (seen - 1) > kMostLost) Begin(at);
}

std::optional<TempoEstimate::Reading> TempoEstimate::Read() const {
  if (count_ < kClocks) return std::nullopt;
  // From the middle of both, so that nothing large is squared.
  const Heard& origin = Last(0);
  double mean_x = 0, mean_y = 0;
  for (const Heard& heard : heard_) {
    mean_x += static_cast<double>(heard.number - origin.number) / kClocks;
    mean_y += static_cast<double>(heard.at - origin.at) / kClocks;
  }
  double xx = 0, xy = 0, yy = 0;
  for (const Heard& heard : heard_) {
    const double x = static_cast<double>(heard.number - origin.number) - mean_x;
    const double y = static_cast<double>(heard.at - origin.at) - mean_y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  const double slope = xy / xx;
  if (!(slope > 0)) return std::nullopt;
  const double off = std::sqrt(std::max(0.0, yy - slope * xy) / (kClocks - 2));
  // A second difference has the variance of six clocks; a change of tempo shows in one of them and in the line's all.
  double bends = 0;
  for (int i = 0; i + 2 < kClocks; ++i) {
    const Heard &c = Last(i), &b = Last(i + 1), &a = Last(i + 2);
    const double first = static_cast<double>(b.at - a.at) - slope * (b.number - a.number);
    const double second = static_cast<double>(c.at - b.at) - slope * (c.number - b.number);
    bends += (second - first) * (second - first);
  }
  const double jitter = std::sqrt(bends / (kClocks - 2) / 6);
  if (off > 2 * jitter + kSteps) return std::nullopt;
  const double bpm = kMinute / kClocksOfBeat / slope;
  return Reading{bpm, bpm * off / std::sqrt(xx) / slope};
}

}  // namespace continuo::coordinator::midi_clock
