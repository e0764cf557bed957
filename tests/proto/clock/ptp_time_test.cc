// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/ptp_time.h"

#include <gtest/gtest.h>

#include "dsp/base/random.h"

namespace continuo::clock {
namespace {

constexpr Nanoseconds kDay = 86'400 * kSecond;
/// 2016-12-31T23:59:59 UTC; a leap second follows.
constexpr Nanoseconds kBeforeLeap = 1'483'228'799 * kSecond;

TEST(PtpTime, ASampleBeginsOnItsNanosecond) {
  EXPECT_EQ(SampleAt(0), 0);
  EXPECT_EQ(SampleAt(20'833), 0) << "1/48000 s is 20833.3 ns";
  EXPECT_EQ(SampleAt(20'834), 1);
  EXPECT_EQ(SampleAt(-1), -1);
  EXPECT_EQ(TimeOf(1, kSampleRate), 20'834);
  EXPECT_EQ(TimeOf(3, kSampleRate), 62'500);
}

TEST(PtpTime, NoSampleIsLostInACentury) {
  for (int i = 0; i < 10'000; ++i) {
    const auto n = static_cast<MediaTime>(RandomBits(3, 0, i) % (std::uint64_t{1} << 47));
    EXPECT_EQ(SampleAt(TimeOf(n, kSampleRate)), n);
    EXPECT_EQ(SampleAt(TimeOf(n, kSampleRate) - 1), n - 1);
  }
  EXPECT_EQ(SampleAt(100 * 365 * kDay), 100 * 365 * MediaTime{86'400} * kSampleRate);
}

TEST(PtpTime, UtcIsBehindByWholeSeconds) {
  EXPECT_EQ(PtpOfUtc(5, {.tai_ahead_s = 37}), 37 * kSecond + 5);
}

TEST(PtpTime, TheLeapSecondDoesNotMoveIt) {
  const UtcRelation before{.tai_ahead_s = 36, .longer = true};
  const UtcRelation after{.tai_ahead_s = 37};
  // UTC shows ...:59 twice; the second time it is ahead by one more.
  EXPECT_EQ(PtpOfUtc(kBeforeLeap, after) - PtpOfUtc(kBeforeLeap, before), kSecond);
  EXPECT_TRUE(IsAmbiguous(kBeforeLeap, before));
  EXPECT_TRUE(IsAmbiguous(kBeforeLeap + 2 * kSecond, before)) << "the flag may still stand";
  EXPECT_FALSE(IsAmbiguous(kBeforeLeap + 4 * kSecond, before));
  EXPECT_FALSE(IsAmbiguous(kBeforeLeap - 4 * kSecond, before));
  EXPECT_FALSE(IsAmbiguous(kBeforeLeap, {.tai_ahead_s = 36})) << "no day but that one";
}

}  // namespace
}  // namespace continuo::clock
