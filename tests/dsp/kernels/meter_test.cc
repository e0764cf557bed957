// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/meter_rig.h"

// "Case" and its number: of the minimum requirements in EBU Tech 3341 (loudness, true peak) and 3342 (range), some of
// them shortened.

namespace continuo::dsp {
namespace {

TEST(Meter, PassesEverythingThroughToTheBit) {
  Rig rig("meter");
  const Signal in = Noise(5000);
  EXPECT_EQ(rig.RenderAlike(in)[1], in);
}

TEST(Meter, SilenceReadsSilence) {
  MeterRig meter;
  meter.Play({Signal(48000), Signal(48000)});
  for (const char* name :
       {"peak", "rms", "true_peak", "momentary", "short_term", "integrated", "max_true_peak"}) {
    EXPECT_EQ(meter.Read(name), static_cast<double>(kSilenceDb)) << name;
  }
  EXPECT_EQ(meter.Read("range"), 0.0);
}

TEST(Meter, PeakAndRmsOfASineAreItsLevel) {
  MeterRig meter;
  meter.PlayTone({-6, -40}, 1);
  EXPECT_NEAR(meter.Read("peak", 0), -6, 0.001);
  EXPECT_NEAR(meter.Read("peak", 1), -40, 0.001);
  EXPECT_NEAR(meter.Read("rms", 0), -6, 0.001);
  EXPECT_NEAR(meter.Read("rms", 1), -40, 0.001);
}

TEST(Meter, WhoLooksTenTimesASecondMissesNoPeak) {
  for (int frame = 0; frame < 4800; frame += 397) {
    MeterRig meter(1);
    Signal in(4800);
    in[frame] = 1;
    meter.Play({in});
    meter.Play({Signal(4700)});
    EXPECT_NEAR(meter.Read("peak"), 0, 1e-4) << frame;
  }
}

TEST(Meter, Case1And2LoudnessOfASteadyTone) {
  for (const double level : {-23.0, -33.0}) {
    MeterRig meter;
    meter.PlayTone(level, 10);
    for (const char* name : {"momentary", "short_term", "integrated"})
      EXPECT_NEAR(meter.Read(name), level, 0.02) << name;
  }
}

TEST(Meter, Case3To5QuietPartsAreGated) {
  MeterRig third, fourth, fifth;
  third.PlayTone(-36, 10);
  third.PlayTone(-23, 20);
  third.PlayTone(-36, 10);
  EXPECT_NEAR(third.Read("integrated"), -23, 0.1);
  fourth.PlayTone(-72, 10);
  fourth.PlayTone(-36, 10);
  fourth.PlayTone(-23, 20);
  fourth.PlayTone(-36, 10);
  fourth.PlayTone(-72, 10);
  EXPECT_NEAR(fourth.Read("integrated"), -23, 0.1);
  fifth.PlayTone(-26, 20);
  fifth.PlayTone(-20, 20.1);
  fifth.PlayTone(-26, 20);
  EXPECT_NEAR(fifth.Read("integrated"), -23, 0.05);
}

TEST(Meter, Case6SurroundIsWeighted) {
  MeterRig meter(6);
  meter.rig().Set("surround", 1);
  meter.PlayTone({-28, -28, -24, 0, -30, -30}, 20);
  EXPECT_NEAR(meter.Read("integrated"), -23, 0.05);
}

TEST(Meter, Case9ShortTermIsSteadyOverItsThreeSeconds) {
  MeterRig meter;
  for (int i = 0; i < 5; ++i) {
    meter.PlayTone(-20, 1.34);
    meter.PlayTone(-30, 1.66);
    EXPECT_NEAR(meter.Read("short_term"), -23, 0.05);
  }
}

TEST(Meter, Case12MomentaryIsSteadyOverIts400Milliseconds) {
  MeterRig meter;
  for (int i = 0; i < 25; ++i) {
    meter.PlayTone(-20, 0.18);
    meter.PlayTone(-30, 0.22);
    if (i < 2) continue;
    EXPECT_NEAR(meter.Read("momentary"), -23, 0.05);
  }
}

TEST(Meter, Case15To19TruePeakOfTonesBetweenTheSamples) {
  struct Tone {
    double divisor, degrees, peak;
  };
  for (const Tone& tone : {Tone{4, 0, -6}, Tone{4, 45, -6}, Tone{6, 60, -6}, Tone{8, 67.5, -6},
                           Tone{4, 45, 3}, Tone{4, 33.75, -6}, Tone{2.4, 10, -6}}) {
    Signal in(9600);
    for (int i = 0; i < 9600; ++i) {
      // Begins and ends softly, so that no step between silence and tone is measured.
      const double fade = std::min(1.0, std::min(i, 9600 - i) / 960.0);
      in[i] = static_cast<float>(fade * std::pow(10.0, tone.peak / 20) *
                                 std::sin(2 * M_PI * i / tone.divisor + tone.degrees * M_PI / 180));
    }
    MeterRig meter(1);
    meter.Play({in});
    EXPECT_NEAR(meter.Read("max_true_peak"), tone.peak, 0.05) << tone.divisor;
    EXPECT_NEAR(meter.Read("true_peak"), tone.peak, 0.05) << tone.divisor;
  }
}

TEST(Meter, Case20To23TruePeakOfAnImpulseBetweenTheSamples) {
  for (const double offset : {0.0, 0.25, 0.5, 0.75, 0.125}) {
    Signal in(4800);
    for (int i = 0; i < 4800; ++i) {
      const double t = i - 2400 - offset, cut = 20000.0 / 24000;
      const double window = std::abs(t) < 200 ? 0.5 + 0.5 * std::cos(M_PI * t / 200) : 0;
      in[i] =
          static_cast<float>(window * (t == 0 ? 1 : std::sin(M_PI * cut * t) / (M_PI * cut * t)));
    }
    MeterRig meter(1);
    meter.Play({in});
    EXPECT_NEAR(meter.Read("max_true_peak"), 0, 0.05) << offset;
  }
}

TEST(Meter, RangeCases1To4) {
  const std::pair<std::vector<double>, double> cases[] = {
      {{-20, -30}, 10}, {{-20, -15}, 5}, {{-40, -20}, 20}, {{-50, -35, -20, -35, -50}, 15}};
  for (const auto& parts : cases) {
    MeterRig meter;
    for (const double level : parts.first) meter.PlayTone(level, 20);
    EXPECT_NEAR(meter.Read("range"), parts.second, 0.2);
  }
}

TEST(Meter, RestartForgetsWhatWasIntegratedAndNothingElse) {
  MeterRig meter;
  meter.PlayTone(-10, 5);
  meter.Play({Signal(48), Signal(48)});  // its end, too, belongs to what was before
  meter.rig().Set("restart", 1);
  EXPECT_EQ(meter.Read("integrated"), static_cast<double>(kSilenceDb));
  EXPECT_EQ(meter.Read("max_true_peak"), static_cast<double>(kSilenceDb));
  EXPECT_NEAR(meter.Read("short_term"), -10, 0.02);
  meter.PlayTone(-30, 4);
  EXPECT_NEAR(meter.Read("integrated"), -30, 0.02) << "blocks of 400 ms begin after it";
  EXPECT_NEAR(meter.Read("max_true_peak"), -30, 0.05);
}

TEST(Meter, WithoutLoudnessItReadsPeakAndRmsAlone) {
  MeterRig with(1), without(1);
  with.PlayTone(-10, 1);
  without.PlayTone(-10, 1);
  without.rig().Set("loudness", 0);
  with.PlayTone(-6, 1);
  without.PlayTone(-6, 1);
  for (const char* name : {"peak", "rms"}) EXPECT_EQ(with.Read(name), without.Read(name)) << name;
  for (const char* name : {"true_peak", "momentary", "short_term", "integrated", "max_true_peak"}) {
    EXPECT_EQ(without.Read(name), static_cast<double>(kSilenceDb)) << name;
  }
  EXPECT_EQ(without.Read("range"), 0.0);
  without.rig().Set("loudness", 1);
  without.PlayTone(-30, 4);
  EXPECT_NEAR(without.Read("integrated"), -33, 0.1) << "of what was before, nothing";
  EXPECT_NEAR(without.Read("max_true_peak"), -30, 0.05);
}

}  // namespace
}  // namespace continuo::dsp
