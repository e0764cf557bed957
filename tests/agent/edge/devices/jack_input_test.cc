// SPDX-License-Identifier: Apache-2.0
// A real JACK server without a sound card, and a client of it that plays into an input. What is taken is judged by
// memcmp, as pieces of what was played; how many there may be is what the input itself has counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "agent/edge/devices/input_line.h"
#include "agent/edge/devices/jack_device.h"
#include "agent/edge/devices/jack_server.h"
#include "agent/edge/devices/jack_speaker.h"
#include "agent/edge/devices/taking.h"
#include "proto/transport/machine_clock.h"
#include "support/scratch.h"
#include "support/stretches.h"

namespace continuo::agent {
namespace {

constexpr auto kPatience = std::chrono::seconds(8);
constexpr int kQuantum = Taking::kQuantum;
constexpr MediaTime kFirst = Taking::kFirst;

class JackInputTest : public testing::Test {
 protected:
  JackInputTest() {
    std::string error;
    jack_ = JackLibrary::Load(kJackLibrary, error);
    EXPECT_EQ(error, "");
  }
  void Begin(const std::string& server) {
    JackWish wish;
    wish.server = server;
    wish.client = "continuo-pi-1";
    device_ = OpenJack(wish, bell_, clock_, [](const plan::Incident&) {});
    device_->Add(
        InputTrack{.id = 2, .name = "mic", .quantum = kQuantum, .media = media_, .ring = ring_});
  }
  plan::DeviceStatus Status() {
    const DeviceProgress progress = device_->AllProgress().at(0);
    EXPECT_TRUE(progress.input);
    return progress.status;
  }
  bool Until(const std::function<bool()>& done) {
    const Nanoseconds end = clock_.Now() + kPatience / std::chrono::nanoseconds(1);
    while (!done()) {
      if (clock_.Now() > end) return false;
      Sleep(10);
    }
    return true;
  }
  void Sleep(int ms) { clock_.SleepUntil(clock_.Now() + ms * 1'000'000LL); }

  Scratch scratch_;
  transport::MachineClock clock_;
  const plan::MediaTimeMap media_{
      .version = 1, .clock_id = 1, .t0 = clock_.Now(), .n0 = kFirst, .rate_hz = kSampleRate};
  std::unique_ptr<const JackLibrary> jack_;
  std::shared_ptr<handoff::LiveRing> ring_ = std::make_shared<handoff::LiveRing>(2, kSampleRate);
  handoff::Doorbell bell_;
  std::unique_ptr<SoundDevice> device_;
};

TEST_F(JackInputTest, WhatAClientPlaysIsTakenBitForBitBetweenWhatIsCounted) {
  JackServer server(scratch_.path(), 1, 48000, 128);
  server.Start();
  JackSpeaker speaker(*jack_, 2, 10);
  ASSERT_TRUE(speaker.Open(server.name(), "speaker", kPatience)) << server.Output();
  Begin(server.name());
  Taking taking(ring_, media_);
  ASSERT_TRUE(speaker.Connect("continuo-pi-1:mic.in_", kPatience)) << Status().error;
  Sleep(3000);
  taking.Finish();
  Sleep(150);
  const plan::DeviceStatus status = Status();
  speaker.Close();
  EXPECT_TRUE(status.running);
  EXPECT_EQ(status.error, "");
  const Stretches taken(taking.taken(), speaker.said(), 2);
  const std::uint64_t breaks = status.xruns + status.slips + speaker.xruns();
  RecordProperty("breaks", static_cast<int>(breaks));
  EXPECT_LE(taken.all().size(), 1 + breaks);
  EXPECT_GE(taken.length() + breaks * 4800, 2u * kSampleRate);
  // Nothing but what was played, and silence that was counted.
  Frames silent = 0;
  for (std::size_t i = 0; i < taking.taken().size(); i += 2) {  // one is connected after the other
    silent += taking.taken()[i] == 0.0f || taking.taken()[i + 1] == 0.0f;
  }
  // Between two breaks there may be a piece that is too short to be found.
  const Frames heard = static_cast<Frames>(taking.taken().size()) / 2 - silent;
  EXPECT_GE(heard, taken.length());
  EXPECT_LE(heard - static_cast<Frames>(taken.length()), static_cast<Frames>(breaks) * 256);
  EXPECT_LE(status.silent, silent);
}

TEST_F(JackInputTest, ServerThatIsKilledIsSilenceInItsPlaceAndIsHeardAgain) {
  JackServer server(scratch_.path(), 1, 48000, 128);
  server.Start();
  JackSpeaker first(*jack_, 2, 5), second(*jack_, 2, 10);
  ASSERT_TRUE(first.Open(server.name(), "speaker", kPatience)) << server.Output();
  Begin(server.name());
  Taking taking(ring_, media_);
  ASSERT_TRUE(first.Connect("continuo-pi-1:mic.in_", kPatience));
  Sleep(500);
  server.Kill();
  ASSERT_TRUE(Until([&] { return Status().losses == 1; })) << "its death is noticed";
  first.Close();
  EXPECT_FALSE(Status().running);
  server.Start();
  ASSERT_TRUE(second.Open(server.name(), "speaker", kPatience)) << server.Output();
  ASSERT_TRUE(second.Connect("continuo-pi-1:mic.in_", kPatience));
  Sleep(1500);
  taking.Finish();
  const MediaTime now = plan::MediaTimeAt(media_, clock_.Now());
  EXPECT_NEAR(static_cast<double>(taking.taken().size() / 2), static_cast<double>(now - kFirst),
              FramesOfMs(300))
      << "time went on meanwhile";
  EXPECT_TRUE(Until([&] { return Status().silent > FramesOfMs(100); }));
  const Stretches taken(taking.taken(), second.said(), 2);
  EXPECT_GE(taken.length(), static_cast<std::size_t>(kSampleRate) / 2);
  EXPECT_EQ(Status().error, "");
}

}  // namespace
}  // namespace continuo::agent
