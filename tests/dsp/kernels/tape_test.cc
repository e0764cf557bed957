// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

void PrepareWet(Rig& tape, float length, float keep) {
  tape.Set("length", length);
  tape.Set("keep", keep);
  tape.Set("mix", 1);
  tape.Settle();
}

TEST(Tape, LongestLoopIsExactToTheSample) {
  Rig tape("tape");
  PrepareWet(tape, 10.5f, 0);
  Signal want(510000);
  want[504000] = 1;
  EXPECT_EQ(tape.RenderAlike(Impulse(510000))[0], want);
}

TEST(Tape, WhatReturnsIsKeptInItsShare) {
  Rig tape("tape", 1);
  PrepareWet(tape, 0.1f, 0.5f);
  const Signal out = tape.RenderAlike(Impulse(20000))[0];
  EXPECT_EQ(out[4800], 1.0f);
  EXPECT_EQ(out[9600], 0.5f);
  EXPECT_EQ(out[14400], 0.25f);
}

TEST(Tape, NewLengthIsFadedInWithoutAClick) {
  Rig tape("tape", 1);
  PrepareWet(tape, 0.3f, 0);
  tape.RenderAlike(Sine(100, 48000));
  tape.Set("length", 0.295f);  // half a period: the worst case
  EXPECT_LT(LargestStep(tape.RenderAlike(Sine(100, 48000))[0]), 0.02f);
}

TEST(Tape, KeepingNearlyAllNeverGrowsBeyondBound) {
  Rig tape("tape", 1);
  PrepareWet(tape, 0.1f, 0.98f);
  const Signal loud = tape.RenderAlike(Constant(480000))[0];
  EXPECT_LT(*std::max_element(loud.begin(), loud.end()), 50.01f);
}

}  // namespace
}  // namespace continuo::dsp
