// SPDX-License-Identifier: Apache-2.0
// What a replica tells of its kernel's readings, seen by who looks four times a second.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/rt/task_body.h"

namespace continuo::agent::rt {
namespace {

constexpr int kQuantum = 48;
constexpr MediaTime kStart = 48'000 * 100;
constexpr Frames kMs = kSampleRate / 1000;

// Of a meter with one channel.
constexpr std::size_t kPeak = 0, kRms = 1, kTruePeak = 2;

/// A mono task of that kind, fed by one wire.
class Played {
 public:
  explicit Played(const char* kind) {
    plan::Plan plan;
    plan.quantum = kQuantum;
    plan.start_n = kStart;
    plan::Task task;
    task.description.id = 2;
    task.description.name = task.description.kind = kind;
    task.description.channels = 1;
    task.description.input_ports = 1;
    task.description.wires.push_back({.from = 3});
    std::string error;
    body_ = TaskBody::Make(plan, task, {}, error);
    EXPECT_EQ(error, "");
  }

  /// So long, all samples of this value.
  void Play(float value, Frames frames) {
    const std::vector<float> in(kQuantum, value);
    std::vector<float> out(kQuantum);
    const float* const ins[] = {in.data()};
    float* const outs[] = {out.data()};
    for (const MediaTime end = n_ + frames; n_ < end; n_ += kQuantum) {
      session::ControlQuantum control;
      control.n = n_;
      control.frames = kQuantum;
      control.segments.push_back(session::Segment{.version = 1, .n0 = kStart, .playing = true});
      body_->Process(control, {}, ins, outs);
    }
  }

  std::vector<float> Readings() const {
    FixedVector<float, dsp::kMaxReadings> readings;
    body_->Read(readings);
    return {readings.begin(), readings.end()};
  }

 private:
  std::unique_ptr<TaskBody> body_;
  MediaTime n_ = kStart;
};

TEST(HeldReadings, AMaximumIsToldForASecondWhereverItFalls) {
  for (const Frames before : {0 * kMs, 30 * kMs, 99 * kMs, 100 * kMs, 250 * kMs}) {
    Played meter("meter");
    meter.Play(0, before);
    meter.Play(0.5f, kQuantum);
    for (Frames since = 0; since < 950 * kMs; since += 50 * kMs) {
      const std::vector<float> readings = meter.Readings();
      ASSERT_NEAR(readings[kPeak], -6.02f, 0.05f) << before << ", " << since;
      ASSERT_GE(readings[kTruePeak], -6.1f) << before << ", " << since;
      meter.Play(0, 50 * kMs);
    }
  }
}

TEST(HeldReadings, ThenItIsOver) {
  Played meter("meter");
  meter.Play(0.5f, kQuantum);
  meter.Play(0, 1300 * kMs);
  EXPECT_EQ(meter.Readings()[kPeak], dsp::kSilenceDb);
}

TEST(HeldReadings, TheHighestCounts) {
  Played meter("meter");
  for (const float value : {0.1f, 0.5f, 0.25f, 0.05f}) meter.Play(value, 200 * kMs);
  EXPECT_NEAR(meter.Readings()[kPeak], -6.02f, 0.05f);
}

TEST(HeldReadings, WhatIsNoMaximumIsAsOfNow) {
  Played meter("meter");
  meter.Play(0.5f, 400 * kMs);
  EXPECT_GT(meter.Readings()[kRms], -10.0f);
  meter.Play(0, 500 * kMs);
  EXPECT_EQ(meter.Readings()[kRms], dsp::kSilenceDb);
  EXPECT_NEAR(meter.Readings()[kPeak], -6.02f, 0.05f);
}

TEST(HeldReadings, AReductionIsAMaximumToo) {
  Played limiter("limiter");
  limiter.Play(4.0f, 50 * kMs);
  limiter.Play(0, 900 * kMs);
  ASSERT_EQ(limiter.Readings().size(), 1u);
  EXPECT_GT(limiter.Readings()[0], 10.0f);
}

TEST(HeldReadings, AKernelThatMeasuresNothingTellsNothing) {
  Played gain("gain");
  gain.Play(0.5f, 200 * kMs);
  EXPECT_TRUE(gain.Readings().empty());
}

TEST(HeldReadings, APeriodIsWholeQuantaWhateverTheQuantum) {
  for (const int quantum : {6, 12, 16, 32, 48, 64, 96}) {
    EXPECT_EQ(HeldReadings::kPeriod % quantum, 0) << quantum;
  }
}

}  // namespace
}  // namespace continuo::agent::rt
