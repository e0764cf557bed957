// SPDX-License-Identifier: Apache-2.0
// Against a real JACK server without a sound card. What is heard is judged by memcmp, as pieces of what was played; how
// many pieces there may be is what the device itself has counted, so that a machine that stands still fails nothing.
#include "agent/edge/devices/jack_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/jack_listener.h"
#include "agent/edge/devices/jack_server.h"
#include "agent/edge/devices/output_line.h"
#include "agent/edge/devices/playing.h"
#include "proto/transport/machine_clock.h"
#include "support/scratch.h"
#include "support/stretches.h"

namespace continuo::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

constexpr auto kPatience = std::chrono::seconds(8);
constexpr int kQuantum = Playing::kQuantum;
constexpr MediaTime kFirst = Playing::kFirst;
constexpr Frames kPlayout = 480;

class JackDeviceTest : public testing::Test {
 protected:
  JackDeviceTest() {
    std::string error;
    jack_ = JackLibrary::Load(kJackLibrary, error);
    EXPECT_EQ(error, "");
  }

  void Begin(const std::string& server, JackWish wish = {}) {
    wish.server = server;
    wish.client = "continuo-foh-1";
    wish.manner.margin = FramesOfMs(20);  // a shared machine keeps threads waiting
    device_ = OpenJack(wish, bell_, clock_, [this](plan::Incident incident) {
      const std::lock_guard lock(mutex_);
      told_.push_back(std::move(incident));
    });
    device_->Add({.id = 5,
                  .name = "foh-a",
                  .quantum = kQuantum,
                  .playout = kPlayout,
                  .media = media_,
                  .ring = ring_});
  }

  DeviceProgress Now() { return device_->AllProgress().at(0); }
  plan::DeviceStatus Status() { return Now().status; }
  bool Until(const std::function<bool()>& done) {
    const Nanoseconds end = clock_.Now() + kPatience / std::chrono::nanoseconds(1);
    while (!done()) {
      if (clock_.Now() > end) return false;
      clock_.SleepUntil(clock_.Now() + 10'000'000);
    }
    return true;
  }
  void Sleep(int ms) { clock_.SleepUntil(clock_.Now() + ms * 1'000'000LL); }
  std::vector<std::string> Told(plan::IncidentKind kind) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> texts;
    for (const plan::Incident& one : told_) {
      if (one.kind == kind) texts.push_back(one.text);
    }
    return texts;
  }

  Scratch scratch_;
  transport::MachineClock clock_;
  std::unique_ptr<const JackLibrary> jack_;
  std::shared_ptr<handoff::DeviceRing> ring_ =
      std::make_shared<handoff::DeviceRing>(2, kSampleRate);
  handoff::Doorbell bell_;
  plan::MediaTimeMap media_;
  std::unique_ptr<SoundDevice> device_;
  std::mutex mutex_;
  std::vector<plan::Incident> told_;
};

TEST_F(JackDeviceTest, OutputThatFollowsIsHeardInItsPlace) {
  constexpr int kPeriod = 64;
  JackServer server(scratch_.path(), 5, 48000, kPeriod);
  server.Start();
  Playing playing(ring_);
  playing.Begin();
  media_ = {.t0 = playing.TimeOf(kFirst), .n0 = kFirst - kPlayout};
  JackWish follows;
  follows.manner.follow = true;
  Begin(server.name(), follows);
  ASSERT_TRUE(Until([this] { return Now().next_n > kFirst; })) << Status().error;
  Sleep(2000);
  ASSERT_TRUE(Until([this] {
    const DeviceProgress now = Now();
    const Frames behind = plan::MediaTimeAt(media_, now.next_at) - now.next_n;
    const Frames wanted = kPlayout + kQuantum + FramesOfMs(20) + OutputGuard::kDelay +
                          RateConverter::kAhead + kPeriod;
    return std::abs(behind - wanted) < kPeriod;
  })) << "a machine that stands still may move it, but not for seconds";
  playing.Finish();
  EXPECT_TRUE(Until([this] { return Now().next_n == handoff::DeviceRing::kNotStarted; }));
}

TEST_F(JackDeviceTest, WhatIsHeardIsTheTakeBitForBitBetweenWhatIsCounted) {
  JackServer server(scratch_.path(), 1);
  server.Start();
  JackListener listener(*jack_, 2, 10);
  ASSERT_TRUE(listener.Open(server.name(), "listener", kPatience)) << server.Output();
  Begin(server.name());
  ASSERT_TRUE(listener.Connect("continuo-foh-1:foh-a.out_", kPatience)) << Status().error;
  Playing playing(ring_);
  playing.Begin();
  Sleep(3000);
  const DeviceProgress progress = Now();
  playing.Finish();
  Sleep(200);
  listener.Close();

  const plan::DeviceStatus status = Status();
  EXPECT_EQ(status.error, "");
  EXPECT_EQ(status.refused + status.over + status.dc, 0u);
  const Stretches heard(listener.heard(), playing.take(), 2);
  const std::uint64_t breaks = status.xruns + status.starved + status.slips + listener.xruns();
  EXPECT_LE(heard.all().size(), 1 + breaks);
  const std::size_t frames = playing.take().size() / 2;
  EXPECT_GE(heard.length() + 64 + breaks * 4800, frames) << "but for the first fade";
  RecordProperty("breaks", static_cast<int>(breaks));
  if (breaks == 0) {
    ASSERT_THAT(heard.all(), SizeIs(1));
    EXPECT_EQ(heard.all()[0].take + heard.all()[0].length, frames) << "to the last sample";
  }

  // The latency that is told is the one that is heard.
  ASSERT_TRUE(progress.status.running);
  ASSERT_GE(progress.next_n, kFirst);
  const Nanoseconds told = progress.next_at - playing.TimeOf(progress.next_n);
  const auto n = static_cast<std::size_t>(progress.next_n - kFirst);
  for (const Stretch& one : heard.all()) {
    if (n < one.take || n >= one.take + one.length) continue;
    const Nanoseconds measured =
        listener.TimeOf(one.heard + n - one.take) - playing.TimeOf(progress.next_n);
    const double fit = breaks == 0 ? 4e6 : 100e6;  // a period that was late came when it came
    EXPECT_NEAR(static_cast<double>(told), static_cast<double>(measured), fit) << "nanoseconds";
    EXPECT_GT(told, 0) << "not before its date";
  }
}

TEST_F(JackDeviceTest, ServerThatIsKilledAndComesBackIsPlayedOnAgain) {
  JackServer server(scratch_.path(), 1);
  server.Start();
  JackListener first(*jack_, 2, 5), second(*jack_, 2, 10);
  ASSERT_TRUE(first.Open(server.name(), "listener", kPatience)) << server.Output();
  Begin(server.name(),
        {.server = {}, .client = {}, .connect = {{"foh-a", "system:playback_"}}, .manner = {}});
  ASSERT_TRUE(first.Connect("continuo-foh-1:foh-a.out_", kPatience));
  Playing playing(ring_);
  playing.Begin();
  ASSERT_TRUE(Until([&] { return Status().running; }));
  server.Kill();
  ASSERT_TRUE(Until([&] { return Status().losses == 1; })) << "its death is noticed";
  first.Close();
  EXPECT_FALSE(Status().running);
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceLost), Contains(HasSubstr("the cluster plays on")));
  const MediaTime then = ring_->end();
  Sleep(500);
  EXPECT_GT(ring_->end(), then + kSampleRate / 4) << "and it does";

  server.Start();
  ASSERT_TRUE(second.Open(server.name(), "listener", kPatience)) << server.Output();
  ASSERT_TRUE(second.Connect("continuo-foh-1:foh-a.out_", kPatience));
  ASSERT_TRUE(Until([&] { return Status().running; }));
  Sleep(1500);
  playing.Finish();
  Sleep(200);
  second.Close();
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceStarted), SizeIs(2));
  const Stretches heard(second.heard(), playing.take(), 2);
  EXPECT_GE(heard.length(), static_cast<std::size_t>(kSampleRate) / 2);
  EXPECT_EQ(Status().error, "");
}

TEST_F(JackDeviceTest, ServerThatIsNotThereIsToldOnceAndTriedUntilItIs) {
  JackServer server(scratch_.path(), 1);
  Begin(server.name());
  ASSERT_TRUE(Until([&] { return !Status().error.empty(); }));
  EXPECT_THAT(Status().error, HasSubstr("does not answer: start it (jackd -n " + server.name()));
  Sleep(1200);
  EXPECT_THAT(Told(plan::IncidentKind::kOutputError), SizeIs(1));
  server.Start();
  EXPECT_TRUE(Until([&] { return Status().running; })) << server.Output();
  EXPECT_EQ(Status().error, "");
}

TEST_F(JackDeviceTest, AnotherSampleRateIsRefusedWithWhatToDo) {
  JackServer server(scratch_.path(), 1, 44100);
  server.Start();
  Begin(server.name());
  ASSERT_TRUE(Until([&] { return Status().error.find("44100 Hz") != std::string::npos; }))
      << Status().error;
  EXPECT_THAT(Status().error, HasSubstr("start it with -r 48000"));
  EXPECT_FALSE(Status().running);
}

TEST_F(JackDeviceTest, APeriodThatIsTooLongIsRefusedWithWhatToDo) {
  JackServer server(scratch_.path(), 1, 48000, 8192);
  server.Start();
  Begin(server.name());
  ASSERT_TRUE(Until([&] { return Status().error.find("8192") != std::string::npos; }))
      << Status().error;
  EXPECT_THAT(Status().error, HasSubstr("-p 1024"));
}

TEST_F(JackDeviceTest, AnotherAgentOfThatNameIsToldApart) {
  JackServer server(scratch_.path(), 1);
  server.Start();
  JackListener other(*jack_, 2, 1);
  ASSERT_TRUE(other.Open(server.name(), "continuo-foh-1", kPatience)) << server.Output();
  Begin(server.name());
  ASSERT_TRUE(Until([&] { return !Status().error.empty(); }));
  EXPECT_THAT(Status().error, HasSubstr("refuses the client 'continuo-foh-1'"));
}

TEST_F(JackDeviceTest, WhatIsNoMusicDoesNotReachTheServerAndIsTold) {
  JackServer server(scratch_.path(), 1);
  server.Start();
  JackListener listener(*jack_, 2, 10);
  ASSERT_TRUE(listener.Open(server.name(), "listener", kPatience)) << server.Output();
  Begin(server.name());
  ASSERT_TRUE(listener.Connect("continuo-foh-1:foh-a.out_", kPatience));
  Playing playing(ring_);
  playing.Begin();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), 3.0f}) {
    playing.Spoil(bad);
    Sleep(300);
  }
  ASSERT_TRUE(Until([&] { return Status().refused > 0 && Status().over > 0; }));
  EXPECT_TRUE(Status().guarding);
  listener.Close();
  for (const float x : listener.heard()) ASSERT_LE(std::fabs(x), 1.0f);
  EXPECT_THAT(Told(plan::IncidentKind::kGuarded), Contains(HasSubstr("was guarded on jack:")));
}

TEST_F(JackDeviceTest, AnOutputThatEndsLeavesTheServer) {
  JackServer server(scratch_.path(), 1);
  server.Start();
  Begin(server.name());
  ASSERT_TRUE(Until([&] { return Status().running; })) << server.Output();
  device_->End(ring_);
  EXPECT_THAT(device_->AllProgress(), SizeIs(0));
  JackListener other(*jack_, 2, 1);
  EXPECT_TRUE(other.Open(server.name(), "continuo-foh-1", kPatience)) << "its name is free again";
}

TEST(JackLibraryTest, MachineWithoutJackIsToldWhatToInstall) {
  std::string error;
  EXPECT_EQ(JackLibrary::Load("libjack-that-is-not.so.9", error), nullptr);
  EXPECT_THAT(error, HasSubstr("install the package libjack-jackd2-0"));
}

}  // namespace
}  // namespace continuo::agent
