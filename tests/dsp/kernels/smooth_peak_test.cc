// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/smooth_peak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace continuo::dsp {
namespace {

/// The same, sample by sample, as its paper writes it (equation 17), in double precision.
class Reference {
 public:
  Reference(double attack_ms, double release_ms)
      : attack_(std::exp(-1000 / (attack_ms * kSampleRate))),
        release_(std::exp(-1000 / (release_ms * kSampleRate))) {}
  double Next(double db) {
    held_ = std::max(db, release_ * held_ + (1 - release_) * db);
    return level_ = attack_ * level_ + (1 - attack_) * held_;
  }

 private:
  double attack_, release_;
  double held_ = 0, level_ = 0;
};

ControlStretch Followed(SmoothPeak& peak, MediaTime n, int frames, const ControlStretch& db) {
  LaneGroups groups = GroupsOf(db);
  peak.Process(n, frames, groups);
  return StretchOf(groups);
}

TEST(SmoothPeak, FourGroupsSideBySideAreTheDetectorOfThePaper) {
  std::uint32_t seed = 1;
  for (const float attack : {0.1f, 10.0f}) {
    for (const float release : {5.0f, 300.0f}) {
      SmoothPeak peak;
      peak.Reset();
      peak.SetTimes(attack, release);
      Reference reference(static_cast<double>(attack), static_cast<double>(release));
      for (MediaTime n = 0; n < 96'000; n += kControlFrames) {
        ControlStretch db;
        for (float& x : db) {
          seed = seed * 1664525u + 1013904223u;
          x = n / 4800 % 2 == 0 ? static_cast<float>(seed >> 8) * 0x1p-20f : 0.0f;
        }
        const ControlStretch out = Followed(peak, n, kControlFrames, db);
        for (int i = 0; i < kControlFrames; ++i) {
          ASSERT_NEAR(static_cast<double>(out[i]), reference.Next(static_cast<double>(db[i])), 1e-3)
              << n + i;
        }
      }
    }
  }
}

TEST(SmoothPeak, TimesThatAreSetWithinAPeriodWaitForTheNext) {
  SmoothPeak peak;
  peak.Reset();
  peak.SetTimes(0.1f, 5.0f);
  ControlStretch db = {};
  Followed(peak, 0, 3, db);
  peak.SetTimes(200.0f, 3000.0f);
  db.fill(10.0f);
  db = Followed(peak, 3, kControlFrames - 3, db);
  EXPECT_NEAR(static_cast<double>(db[kControlFrames - 4]), 10 * (1 - std::exp(-13 / 4.8)), 1e-3);
  const auto before = static_cast<double>(db[kControlFrames - 4]);
  db.fill(10.0f);
  db = Followed(peak, kControlFrames, kControlFrames, db);
  EXPECT_NEAR(static_cast<double>(db[0]), before + (10 - before) * (1 - std::exp(-1 / 9600.0)),
              1e-4);
}

}  // namespace
}  // namespace continuo::dsp
