// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/round_trip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace continuo::agent {
namespace {

using testing::HasSubstr;
using Signal = RoundTripSignal;

constexpr int kPeriod = 128;
constexpr Frames kHeard = Signal::kLength + FramesOfMs(500);

/// A device and a cable from its output to its input, in no time at all.
struct Loop {
  double ppm = 0;   ///< by which its crystal is too fast
  double late = 0;  ///< samples that it does not tell
  float gain = 1;
  float noise = 0;      ///< peak of what else is heard
  Frames opened = 700;  ///< samples for which it has heard before it plays
  int late_wakes = 0;   ///< each such one is 2 ms late; 0: none
};

class Device {
 public:
  explicit Device(const Loop& loop) : loop_(loop) {}
  RoundTripReading Measure() const {
    std::vector<DeviceStamp> played, stamps;
    for (Frames n = 0; n < Signal::kLength; n += kPeriod)
      played.push_back({n, TimeOf(n + loop_.opened, n)});
    for (Frames n = kPeriod; n <= kHeard; n += kPeriod) stamps.push_back({n, TimeOf(n, n)});
    std::vector<float> heard;
    std::uint32_t state = 9;
    for (Frames j = 0; j < kHeard; ++j) {
      state = state * 1664525u + 1013904223u;
      const float other = loop_.noise * (static_cast<float>(state >> 8) / 8'388'608.0f - 1);
      heard.push_back(loop_.gain * static_cast<float>(SignalAt(
                                       static_cast<double>(j - loop_.opened) - loop_.late)) +
                      other);
    }
    return JudgeRoundTrip(signal_, played, stamps, heard);
  }

 private:
  Nanoseconds TimeOf(Frames crystal, Frames n) const {
    const bool waits = loop_.late_wakes != 0 && n / kPeriod % loop_.late_wakes == 1;
    return 5'000'000'000'000 +
           std::llround(static_cast<double>(crystal) * 1e9 /
                        (kSampleRate * (1 + loop_.ppm * 1e-6))) +
           (waits ? 2'000'000 : 0);
  }
  double SignalAt(double n) const {
    const auto whole = static_cast<Frames>(std::floor(n));
    if (n == std::floor(n)) return signal_.At(whole);
    double sum = 0;
    for (Frames k = whole - 31; k <= whole + 32; ++k) {
      const double x = std::numbers::pi * (n - static_cast<double>(k));
      sum += signal_.At(k) * std::sin(x) / x * 0.5 * (1 + std::cos(x / 32));
    }
    return sum;
  }
  const Loop loop_;
  const Signal signal_;
};

RoundTripReading Measure(const Loop& loop) {
  return Device(loop).Measure();
}

TEST(RoundTripSignalTest, IsThreeBurstsOfTheSameNoiseAndSilence) {
  const Signal signal;
  float loudest = 0;
  for (const float x : signal.burst()) loudest = std::max(loudest, std::fabs(x));
  EXPECT_FLOAT_EQ(loudest, Signal::kPeak);
  EXPECT_EQ(signal.At(-1), 0);
  EXPECT_EQ(signal.At(Signal::kLeadIn), 0) << "no step";
  for (int i = 0; i < Signal::kBursts; ++i) {
    EXPECT_EQ(signal.At(Signal::BurstAt(i) + 100), signal.burst()[100]);
  }
  EXPECT_EQ(signal.At(Signal::BurstAt(1) - 1), 0);
  EXPECT_EQ(signal.At(Signal::BurstAt(Signal::kBursts) + 100), 0);
}

TEST(RoundTripTest, WholeSamplesAreFoundExactly) {
  for (const double late : {0.0, 37.0, 12'345.0, -600.0}) {
    const RoundTripReading reading = Measure({.late = late});
    EXPECT_EQ(reading.error, "");
    EXPECT_NEAR(reading.unreported, late, 0.002);
    EXPECT_LT(reading.spread, 0.002);
    EXPECT_GT(reading.alike, 0.999);
    EXPECT_FLOAT_EQ(static_cast<float>(reading.level), Signal::kPeak);
    EXPECT_FALSE(reading.inverted);
  }
}

TEST(RoundTripTest, FractionsAreFoundOnAnyCrystalUpsideDownAndSoft) {
  const RoundTripReading reading =
      Measure({.ppm = 180, .late = 411.37, .gain = -0.01f, .late_wakes = 10});
  EXPECT_EQ(reading.error, "");
  EXPECT_NEAR(reading.unreported, 411.37 / 1.00018, 0.01) << "samples of the cluster";
  EXPECT_TRUE(reading.inverted);
  EXPECT_NEAR(reading.level, 0.001, 0.0002);
}

TEST(RoundTripTest, NoiseAsLoudAsTheSignalCostsHundredthsOfASample) {
  const RoundTripReading reading = Measure({.late = 96.5, .noise = 0.05f});
  EXPECT_EQ(reading.error, "");
  EXPECT_NEAR(reading.unreported, 96.5, 0.05);
  EXPECT_LT(reading.alike, 0.9);
}

TEST(RoundTripTest, NothingThatCameBackIsToldWithWhatToDo) {
  EXPECT_THAT(Measure({.gain = 0}).error, HasSubstr("nothing came back: -120 dBFS are heard"));
  EXPECT_THAT((Measure({.gain = 0, .noise = 0.3f}).error),
              HasSubstr("too much else is heard (-15 dBFS)"));
  EXPECT_THAT((Measure({.late = 40'000, .noise = 0.01f}).error), HasSubstr("lay a cable"))
      << "it is looked for within half a second";
}

TEST(RoundTripTest, WhatClipsIsTold) {
  EXPECT_THAT(Measure({.gain = 10}).error, HasSubstr("clips: turn the input down"));
}

TEST(RoundTripTest, DeviceThatLosesTimeIsTold) {
  const Signal signal;
  std::vector<DeviceStamp> stamps;
  for (Frames n = 0; n < kHeard; n += kPeriod)
    stamps.push_back({n, n * 1'000'000'000 / kSampleRate});
  std::vector<float> heard;
  for (Frames n = 0; n < kHeard; ++n)
    heard.push_back(signal.At(n < Signal::BurstAt(2) ? n : n - 3));
  EXPECT_THAT(JudgeRoundTrip(signal, stamps, stamps, heard).error,
              HasSubstr("differ by 3.0 samples"));
}

TEST(RoundTripTest, TooLittleIsNoMeasurement) {
  const Signal signal;
  const std::vector<DeviceStamp> three(3);
  EXPECT_THAT(JudgeRoundTrip(signal, three, three, {}).error, HasSubstr("less than four periods"));
  const std::vector<DeviceStamp> some = {
      {0, 0}, {48, 1'000'000}, {96, 2'000'000}, {144, 3'000'000}};
  EXPECT_THAT(JudgeRoundTrip(signal, some, some, std::vector<float>(1'000)).error,
              HasSubstr("not heard for as long"));
}

}  // namespace
}  // namespace continuo::agent
