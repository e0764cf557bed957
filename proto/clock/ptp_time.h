// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/units.h"

// PTP time is nanoseconds since 1970-01-01 TAI (IEEE 1588-2019, 7.2.2): every second has one name and one length. The
// media sample index counts samples since that instant. All functions are exact, pure and real-time safe.

namespace continuo::clock {

inline constexpr Nanoseconds kSecond = 1'000'000'000;

/// Samples that have begun within `t`, rounded down also where `t` is negative. Exact for centuries at any rate up to
/// 1 MHz, since seconds and the rest are counted apart.
constexpr Frames FramesIn(Nanoseconds t, std::int32_t rate_hz) {
  Nanoseconds seconds = t / kSecond;
  Nanoseconds rest = t % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  return seconds * rate_hz + rest * rate_hz / kSecond;
}

/// The shortest time within which `frames` have begun: FramesIn of it is `frames`, of a nanosecond less it is not.
constexpr Nanoseconds TimeOf(Frames frames, std::int32_t rate_hz) {
  Frames seconds = frames / rate_hz;
  Frames rest = frames % rate_hz;
  if (rest < 0) {
    rest += rate_hz;
    --seconds;
  }
  return seconds * kSecond + (rest * kSecond + rate_hz - 1) / rate_hz;
}

/// The media sample that has begun last at PTP time `ptp`, by the clock that it was counted from first.
constexpr MediaTime SampleAt(Nanoseconds ptp) {
  return FramesIn(ptp, kSampleRate);
}

/// How UTC, which CLOCK_REALTIME shows, relates to TAI: timePropertiesDS of IEEE 1588-2019, 8.2.4.
struct UtcRelation {
  std::int32_t tai_ahead_s = 0;  ///< currentUtcOffset, -1000 to 1000: 37 since 2017
  bool longer = false;           ///< leap61: the last minute of this UTC day has 61 seconds
  bool shorter = false;          ///< leap59: it has 59
  bool operator==(const UtcRelation&) const = default;
};

/// PTP time of a UTC time as CLOCK_REALTIME shows it.
constexpr Nanoseconds PtpOfUtc(Nanoseconds utc, const UtcRelation& relation) {
  return utc + relation.tai_ahead_s * kSecond;
}

/// True within two seconds of a leap second: UTC then shows a second twice, or leaves one out, and nobody can say
/// whether the offset that was read is from before or after. Such a reading is not used; the clock holds over.
constexpr bool IsAmbiguous(Nanoseconds utc, const UtcRelation& relation) {
  constexpr Nanoseconds kDay = 86'400 * kSecond, kNear = 2 * kSecond;
  const Nanoseconds of_day = (utc % kDay + kDay) % kDay;
  return (relation.longer || relation.shorter) && (of_day >= kDay - kNear || of_day < kNear);
}

}  // namespace continuo::clock
