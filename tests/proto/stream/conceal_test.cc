// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/conceal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "proto/stream/stream_fixture.h"

namespace continuo::stream {
namespace {

constexpr int kQuantum = 48;
constexpr int kStride = 3;  // this group has channels 1 and 2 of 3

class ConcealerTest : public ::testing::Test {
 protected:
  ConcealerTest() {
    memory_.Give([&](Arena& arena) { return concealer_.Prepare(2, kQuantum, arena); });
  }
  std::vector<float> Conceal() {
    std::vector<float> out(kQuantum * kStride, 9.0f);
    concealer_.Conceal(out.data() + 1, kStride);
    for (int i = 0; i < kQuantum; ++i)
      EXPECT_EQ(out[i * kStride], 9.0f) << "another group's channel";
    return out;
  }
  void Hear(float start) {
    std::vector<float> in(kQuantum * kStride, 9.0f);
    for (int i = 0; i < kQuantum; ++i) {
      in[i * kStride + 1] = start + 0.001f * static_cast<float>(i);
      in[i * kStride + 2] = -in[i * kStride + 1];
    }
    concealer_.Hear(in.data() + 1, kStride);
  }
  TestMemory memory_;
  Concealer concealer_;
};

TEST_F(ConcealerTest, NothingHeardYetIsSilence) {
  for (int i = 0; i < kQuantum; ++i) EXPECT_EQ(Conceal()[i * kStride + 1], 0.0f);
}

TEST_F(ConcealerTest, TheSoundBreaksOffWithoutAClick) {
  Hear(0.5f);
  float last = 0.5f + 0.047f;
  for (int q = 0; q < 10; ++q) {
    const auto out = Conceal();
    for (int i = 0; i < kQuantum; ++i) {
      EXPECT_LT(std::abs(out[i * kStride + 1] - last), 0.005f) << q << " " << i;
      EXPECT_EQ(out[i * kStride + 2], -out[i * kStride + 1]);
      last = out[i * kStride + 1];
    }
  }
}

TEST_F(ConcealerTest, AfterFiveMillisecondsThereIsSilence) {
  Hear(0.5f);
  for (int q = 0; q < 5; ++q) EXPECT_GT(Conceal()[1], 0.0f);
  for (int q = 0; q < 100; ++q) {
    const auto out = Conceal();
    for (int i = 0; i < kQuantum; ++i) EXPECT_EQ(out[i * kStride + 1], 0.0f);
  }
}

TEST_F(ConcealerTest, EachHoleBeginsAnew) {
  Hear(0.5f);
  const auto first = Conceal();
  Conceal();
  Hear(0.5f);
  EXPECT_EQ(Conceal(), first);
}

}  // namespace
}  // namespace continuo::stream
