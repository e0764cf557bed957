// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

/// A settled delay that lets only its repeats be heard.
void PrepareWet(Rig& delay, float left, float right, float feedback) {
  delay.Set("left", left);
  delay.Set("right", right);
  delay.Set("feedback", feedback);
  delay.Set("mix", 1);
  delay.Settle();
}

TEST(Delay, TimeIsExactToTheSample) {
  for (const float ms : {1.0f, 17.5f, 333.0f, 2000.0f}) {
    Rig delay("delay");
    PrepareWet(delay, ms, 1, 0);
    Signal want(100000);
    want[static_cast<int>(ms * 48)] = 1;
    EXPECT_EQ(delay.RenderAlike(Impulse(100000))[0], want) << ms;
  }
}

/// First sample of the left side's answer to an impulse.
int EchoOf(Rig& delay) {
  const Signal out = delay.RenderAlike(Impulse(100'000))[0];
  return static_cast<int>(std::find(out.begin(), out.end(), 1.0f) - out.begin());
}

TEST(Delay, NotesAreInTimeWithTheTempoToTheSample) {
  const double quarters[] = {1 / 8.0, 1 / 6.0, 1 / 4.0, 1 / 3.0, 3 / 8.0, 1 / 2.0, 2 / 3.0,
                             3 / 4.0, 1,       4 / 3.0, 3 / 2.0, 2,       3,       4};
  for (const double bpm : {120.0, 97.3, 174.0, 999.0}) {
    for (int sync = 1; sync <= 14; ++sync) {
      const double want = quarters[sync - 1] * 60 * kSampleRate / bpm;
      if (want > 96'000) continue;
      Rig delay("delay", 1);
      delay.SetTempo(static_cast<float>(bpm));
      delay.Set("left.sync", static_cast<float>(sync));
      PrepareWet(delay, 10, 10, 0);
      EXPECT_EQ(EchoOf(delay), std::lround(want)) << sync << " at " << bpm;
    }
  }
}

TEST(Delay, ANoteThatIsTooLongIsHalvedAndStaysInTime) {
  Rig delay("delay", 1);
  delay.SetTempo(25);
  delay.Set("left.sync", 14);
  PrepareWet(delay, 10, 10, 0);
  EXPECT_EQ(EchoOf(delay), 4 * 60 * kSampleRate / 25 / 8);  // 9.6 s, then 1.2
}

TEST(Delay, WithoutNotesTheTempoChangesNothing) {
  Rig delay("delay", 1);
  PrepareWet(delay, 10, 10, 0);
  delay.SetTempo(77);
  EXPECT_EQ(EchoOf(delay), 480);
}

TEST(Delay, FollowsAMovingTempoWithoutAClick) {
  Rig delay("delay", 1);
  delay.SetTempo(120);
  delay.Set("left.sync", 6);
  PrepareWet(delay, 10, 10, 0);
  const Signal tone = Sine(100, 48000);
  delay.RenderAlike(tone);
  float largest = 0;
  for (int i = 0; i < 50; ++i) {  // a change every 10 ms, faster than it fades
    delay.SetTempo(120.0f + static_cast<float>(i));
    largest = std::max(largest, LargestStep(delay.RenderAlike(Sine(100, 480))[0]));
  }
  EXPECT_LT(largest, 0.02f);
}

TEST(Delay, SidesHaveTimesOfTheirOwn) {
  Rig delay("delay");
  PrepareWet(delay, 10, 20, 0);
  const auto out = delay.RenderAlike(Impulse(2000));
  EXPECT_EQ(out[0][480], 1.0f);
  EXPECT_EQ(out[1][960], 1.0f);
  EXPECT_EQ(out[1][480], 0.0f);
}

TEST(Delay, RepeatsComeInTimeAndFade) {
  Rig delay("delay", 1);
  PrepareWet(delay, 100, 100, 0.5f);
  const Signal out = delay.RenderAlike(Impulse(48000))[0];
  for (int repeat = 1; repeat <= 4; ++repeat) {
    // The low pass spreads a repeat; its sum is what the feedback says.
    double sum = 0;
    for (int i = 0; i < 4800; ++i) sum += static_cast<double>(out[repeat * 4800 + i]);
    EXPECT_NEAR(sum, std::pow(0.5, repeat - 1), 1e-3) << repeat;
  }
}

TEST(Delay, EachRepeatIsDarkerThanTheOneBefore) {
  Rig delay("delay", 1);
  PrepareWet(delay, 100, 100, 0.9f);
  const Signal out = delay.RenderAlike(Impulse(48000))[0];
  float before = 2;
  for (int repeat = 1; repeat <= 4; ++repeat) {
    EXPECT_LT(out[repeat * 4800], 0.9f * before) << repeat;
    before = out[repeat * 4800];
  }
}

TEST(Delay, CrossedFeedbackPlaysPingPong) {
  Rig delay("delay");
  delay.Set("cross", 1);
  PrepareWet(delay, 100, 100, 0.8f);
  const auto out = delay.Render({Impulse(20000), Signal(20000)});
  EXPECT_EQ(out[0][4800], 1.0f);
  EXPECT_EQ(Energy(out[1], 0, 9600), 0.0);
  EXPECT_GT(out[1][9600], 0.1f);
  EXPECT_EQ(Energy(out[0], 4801, 14400), 0.0);
  EXPECT_GT(out[0][14400], 0.05f);
}

TEST(Delay, NewTimeIsFadedInWithoutAClick) {
  Rig delay("delay", 1);
  PrepareWet(delay, 300, 300, 0);
  const Signal tone = Sine(100, 48000);
  delay.RenderAlike(tone);
  delay.Set("left", 295);  // half a period: the worst case
  delay.RenderAlike(Sine(100, 480));
  delay.Set("left", 123);  // while the fade is under way
  EXPECT_LT(LargestStep(delay.RenderAlike(tone)[0]), 0.02f);
}

TEST(Delay, HighestFeedbackDiesAway) {
  Rig delay("delay", 1);
  delay.Set("damping", 20000);
  PrepareWet(delay, 1, 1, 0.95f);
  const Signal loud = delay.RenderAlike(Constant(48000))[0];
  EXPECT_LT(*std::max_element(loud.begin(), loud.end()), 20.01f);
  EXPECT_EQ(delay.RenderAlike(Signal(96000))[0].back(), 0.0f);
}

}  // namespace
}  // namespace continuo::dsp
