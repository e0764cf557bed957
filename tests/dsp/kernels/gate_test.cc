// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/gate_door.h"
#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

constexpr int kLate = 48;  // its look-ahead

double Db(float ratio) {
  return 20 * std::log10(static_cast<double>(ratio));
}

float Amplitude(double db) {
  return static_cast<float>(std::pow(10.0, db / 20));
}

/// The gain at the sample that leaves it: what it makes of a main input of ones, opened by `key`.
Signal GainOf(Rig& rig, const Signal& key) {
  return rig.Render({Constant(static_cast<int>(key.size())), key})[0];
}

TEST(Gate, ClosedItTakesTheRangeAwayAndOpenNothing) {
  for (const float range : {0.0f, 20.0f, 96.0f}) {
    Rig rig("gate", 1, 2);
    rig.Set("range", range);
    rig.Settle();
    EXPECT_NEAR(Db(GainOf(rig, Signal(4800)).back()), -static_cast<double>(range), 0.001);
    EXPECT_EQ(GainOf(rig, Constant(4800)).back(), 1.0f) << "to the bit";
  }
}

TEST(Gate, OpensAtItsThresholdAndClosesBelowTheHysteresis) {
  Rig rig("gate", 1, 2);
  rig.Set("threshold", -30);
  rig.Set("hysteresis", 6);
  rig.Set("release", 5);
  rig.Settle();
  EXPECT_LT(GainOf(rig, Constant(48000, Amplitude(-30.01))).back(), 0.01f);
  EXPECT_EQ(GainOf(rig, Constant(48000, Amplitude(-29.99))).back(), 1.0f);
  EXPECT_EQ(GainOf(rig, Constant(48000, Amplitude(-35.99))).back(), 1.0f);
  EXPECT_LT(GainOf(rig, Constant(48000, Amplitude(-36.01))).back(), 0.01f);
  EXPECT_LT(GainOf(rig, Constant(48000, Amplitude(-35.99))).back(), 0.01f) << "closed it stays";
}

TEST(Gate, TimesAreExactToTheSample) {
  Rig rig("gate", 1, 2);
  rig.Set("attack", 10);
  rig.Set("hold", 20);
  rig.Set("release", 100);
  rig.Set("range", 60);
  rig.Settle();
  const Signal opening = GainOf(rig, Constant(4800));
  EXPECT_NEAR(static_cast<double>(opening[239]), 0.5, 0.001) << "half of the attack";
  EXPECT_LT(opening[478], 1.0f);
  EXPECT_EQ(opening[480], 1.0f);
  const Signal closing = GainOf(rig, Signal(9600));
  EXPECT_EQ(closing[958], 1.0f) << "hold";
  EXPECT_LT(closing[959], 1.0f);
  EXPECT_NEAR(Db(closing[959 + 2399]), -30, 0.01) << "half of the release";
  EXPECT_NEAR(Db(closing[959 + 4799]), -60, 0.01);
}

TEST(Gate, LookAheadOpensBeforeTheFirstSampleOfABlow) {
  Rig rig("gate", 1);
  rig.Settle();
  const Signal out = rig.RenderAlike(Constant(480))[0];
  EXPECT_EQ(out[kLate - 1], 0.0f);
  EXPECT_EQ(out[kLate], 1.0f) << "an attack of 1 ms is over by then";
  EXPECT_EQ(FindKernel("gate")->latency_frames, kLate);
}

TEST(Gate, DeepToneDoesNotChatter) {
  Rig rig("gate", 1);
  rig.Settle();
  rig.RenderAlike(Sine(41.2, 48000, 0.02));
  const Signal tone = Sine(41.2, 48000, 0.02);
  const Signal out = rig.RenderAlike(tone)[0];
  EXPECT_EQ(Signal(out.begin() + kLate, out.end()), Signal(tone.begin(), tone.end() - kLate));
}

TEST(Gate, KeyHighPassKeepsRumbleFromOpeningIt) {
  Rig rig("gate", 1);
  rig.Set("key.highpass", 400);
  rig.Settle();
  EXPECT_LT(rig.RenderAlike(Constant(48000, 0.5f))[0].back(), 0.001f);
  EXPECT_GT(Energy(rig.RenderAlike(Sine(2000, 48000, 0.5))[0], 24000, 48000), 2900.0);
}

TEST(Gate, ThrownKnobsMakeNoStep) {
  Rig rig("gate", 1, 2);
  rig.Settle();
  rig.Set("attack", 10);
  GainOf(rig, Constant(9600));
  GainOf(rig, Signal(9600));
  const std::pair<const char*, float> throws[] = {
      {"range", 0}, {"range", 96}, {"threshold", -90}, {"threshold", 0}, {"release", 5}};
  Signal all(1, GainOf(rig, Signal(1))[0]);
  for (const auto& knob : throws) {
    rig.Set(knob.first, knob.second);
    const Signal out = GainOf(rig, Constant(4800, 0.001f));
    all.insert(all.end(), out.begin(), out.end());
  }
  EXPECT_LT(LargestStep(all), 0.0025f) << "of 10 ms, or of a release of 150 ms and 60 dB";
}

TEST(Gate, SaysWhetherItIsClosed) {
  Rig rig("gate", 1);
  rig.Set("range", 40);
  rig.Settle();
  float reduction = -1;
  rig.kernel().Read({&reduction, 1});
  EXPECT_NEAR(static_cast<double>(reduction), 40.0, 0.001);
  rig.RenderAlike(Constant(48000));
  rig.kernel().Read({&reduction, 1});
  EXPECT_EQ(reduction, 0.0f);
}

/// A period that is taken as a whole leaves the door as its samples one by one do.
TEST(GateDoor, StaysWhereItWouldStay) {
  GateDoor by_sample, whole;
  for (GateDoor* door : {&by_sample, &whole}) {
    door->Reset();
    door->Set({-40.0f, 4.0f, 60.0f, 1.0f, 5.0f, 20.0f});
  }
  const float shut = DbToGain(-60.0f);
  int open = 0, closed = 0;
  for (int period = 0; period < 4000; ++period) {
    std::array<float, kControlFrames> magnitudes;
    for (int i = 0; i < kControlFrames; ++i) {
      const bool sounds = period / 200 % 3 == 0 && (period * 7 + i * 5) % 11 == 0;
      magnitudes[i] = sounds ? 0.1f * static_cast<float>(i % 4) : 0.001f;
    }
    if (whole.StaysOpen(magnitudes.data(), kControlFrames)) {
      ++open;
      for (const float magnitude : magnitudes) ASSERT_EQ(by_sample.Next(magnitude, shut), 1.0f);
    } else if (whole.StaysShut(magnitudes.data(), kControlFrames, shut)) {
      ++closed;
      for (const float magnitude : magnitudes) ASSERT_EQ(by_sample.Next(magnitude, shut), shut);
    } else {
      for (const float magnitude : magnitudes) {
        ASSERT_EQ(by_sample.Next(magnitude, shut), whole.Next(magnitude, shut));
      }
    }
  }
  EXPECT_GT(open, 1000);
  EXPECT_GT(closed, 1000);
}

}  // namespace
}  // namespace continuo::dsp
