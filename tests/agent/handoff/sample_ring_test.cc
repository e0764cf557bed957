// SPDX-License-Identifier: Apache-2.0
#include "agent/handoff/sample_ring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <thread>
#include <vector>

namespace continuo::agent::handoff {
namespace {

using testing::ElementsAre;

std::vector<float> ReadAll(SampleRing& ring) {
  std::vector<float> out(1024);
  out.resize(ring.Read(out));
  return out;
}

TEST(SampleRingTest, SamplesComeOutAsTheyWentIn) {
  SampleRing ring(2, 4);
  ring.Write(std::vector<float>{1, 2, 3, 4});
  EXPECT_THAT(ReadAll(ring), ElementsAre(1, 2, 3, 4));
  EXPECT_TRUE(ReadAll(ring).empty());
}

TEST(SampleRingTest, LateReaderGetsSilenceForWhatDidNotFitAndNothingShifts) {
  SampleRing ring(2, 2);  // 4 samples
  ring.Write(std::vector<float>{1, 2, 3, 4});
  ring.Write(std::vector<float>{5, 6});
  EXPECT_THAT(ReadAll(ring), ElementsAre(1, 2, 3, 4));
  ring.Write(std::vector<float>{7, 8});
  EXPECT_THAT(ReadAll(ring), ElementsAre(0, 0, 7, 8));
  EXPECT_EQ(ring.lost(), 1);
}

TEST(SampleRingTest, LongAbsenceIsPaidBackInPortions) {
  SampleRing ring(1, 4);
  for (float i = 1; i <= 10; ++i) ring.Write(std::vector<float>{i});
  EXPECT_THAT(ReadAll(ring), ElementsAre(1, 2, 3, 4));
  ring.Write(std::vector<float>{11});  // 6 are owed, 4 fit
  EXPECT_THAT(ReadAll(ring), ElementsAre(0, 0, 0, 0));
  ring.Write(std::vector<float>{12});
  EXPECT_THAT(ReadAll(ring), ElementsAre(0, 0, 0, 12));
  EXPECT_EQ(ring.lost(), 7);
}

TEST(SampleRingTest, ReadTakesWholeFramesOnly) {
  SampleRing ring(2, 4);
  ring.Write(std::vector<float>{1, 2, 3, 4});
  std::vector<float> three(3);
  EXPECT_EQ(ring.Read(three), 2u);
}

TEST(SampleRingTest, TwoThreadsSeeEverySampleInOrder) {
  constexpr int kCount = 20'000;
  SampleRing ring(1, 1 << 15);
  std::thread writer([&ring] {
    for (int i = 0; i < kCount; ++i) {
      const float sample = static_cast<float>(i);
      ring.Write({&sample, 1});
    }
    ring.Finish();
  });
  std::vector<float> all;
  for (bool last = false; !last;) {
    last = ring.finished();
    for (auto part = ReadAll(ring); !part.empty(); part = ReadAll(ring)) {
      all.insert(all.end(), part.begin(), part.end());
    }
  }
  writer.join();
  std::vector<float> expected(kCount);
  std::iota(expected.begin(), expected.end(), 0.0f);
  EXPECT_EQ(all, expected);
}

}  // namespace
}  // namespace continuo::agent::handoff
