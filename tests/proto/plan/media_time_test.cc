// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/media_time.h"

#include <gtest/gtest.h>

#include "dsp/base/random.h"

namespace continuo::plan {
namespace {

constexpr Nanoseconds kSecond = 1'000'000'000;

MediaTimeMap Map() {
  MediaTimeMap map;
  map.t0 = 123'456'789'012'345;
  map.n0 = 81'600'000'000'000;
  return map;
}

TEST(MediaTime, ASampleBeginsOnItsNanosecond) {
  const MediaTimeMap map = Map();
  EXPECT_EQ(MediaTimeAt(map, map.t0), map.n0);
  EXPECT_EQ(MediaTimeAt(map, map.t0 + 20'833), map.n0) << "1/48000 s is 20833.3 ns";
  EXPECT_EQ(MediaTimeAt(map, map.t0 + 20'834), map.n0 + 1);
  EXPECT_EQ(MediaTimeAt(map, map.t0 - 1), map.n0 - 1);
  EXPECT_EQ(TimeAt(map, map.n0 + 1), map.t0 + 20'834);
}

TEST(MediaTime, ThereAndBackBeforeAndAfterT0) {
  const MediaTimeMap map = Map();
  for (int i = 0; i < 10'000; ++i) {
    const auto off = static_cast<MediaTime>(RandomBits(1, 0, i) % (std::uint64_t{1} << 40)) -
                     (MediaTime{1} << 39);
    const MediaTime n = map.n0 + off;
    EXPECT_EQ(MediaTimeAt(map, TimeAt(map, n)), n);
    EXPECT_EQ(MediaTimeAt(map, TimeAt(map, n) - 1), n - 1) << "the first nanosecond of it";
  }
}

TEST(MediaTime, YearsDoNotDrift) {
  const MediaTimeMap map = Map();
  const std::int64_t ten_years = 10 * 365 * 86'400LL;
  EXPECT_EQ(MediaTimeAt(map, map.t0 + ten_years * kSecond), map.n0 + ten_years * kSampleRate);
  EXPECT_EQ(TimeAt(map, map.n0 - ten_years * kSampleRate), map.t0 - ten_years * kSecond);
}

}  // namespace
}  // namespace continuo::plan
