// SPDX-License-Identifier: Apache-2.0
// Against a sound card that is none (tests/support/sound_card), whose crystal is known. What is heard is judged by
// memcmp, as pieces of what was played; how many there may be is what the device itself has counted.
#include "agent/edge/devices/alsa_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "agent/edge/devices/alsa_library.h"
#include "agent/edge/devices/output_line.h"
#include "agent/edge/devices/playing.h"
#include "agent/edge/devices/taking.h"
#include "support/scratch.h"
#include "support/sound_card/sound_card.h"
#include "support/stretches.h"

namespace continuo::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Nanoseconds kPatience = 8'000'000'000;
constexpr Frames kPlayout = 480;

class AlsaDeviceTest : public testing::Test {
 protected:
  void Plug(double ppm) {
    card_ = std::make_unique<SoundCard>(scratch_.path(), ppm);
    setenv("ALSA_CONFIG_PATH", card_->config().c_str(), 1);
  }
  void Open(AlsaWish wish = {}) {
    wish.card = "card";
    wish.manner.margin = FramesOfMs(20);  // a shared machine keeps threads waiting
    wish.periods = 16;
    device_ = OpenAlsa(wish, bell_, clock_, [this](plan::Incident incident) {
      const std::lock_guard lock(mutex_);
      told_.push_back(std::move(incident));
    });
  }
  void AddOutput(const std::string& name = "foh-a") {
    device_->Add(DeviceTrack{.id = 5,
                             .name = name,
                             .quantum = Playing::kQuantum,
                             .playout = kPlayout,
                             .media = media_,
                             .ring = ring_});
  }
  void AddInput() {
    media_ = {.version = 1, .clock_id = 1, .t0 = clock_.Now(), .n0 = Taking::kFirst};
    device_->Add(InputTrack{
        .id = 2, .name = "mic", .quantum = Taking::kQuantum, .media = media_, .ring = heard_});
  }
  DeviceProgress Now() { return device_->AllProgress().at(0); }
  plan::DeviceStatus Status() { return Now().status; }
  bool Until(const std::function<bool()>& done) {
    const Nanoseconds end = clock_.Now() + kPatience;
    while (!done()) {
      if (clock_.Now() > end) return false;
      Sleep(10);
    }
    return true;
  }
  void Sleep(int ms) { clock_.SleepUntil(clock_.Now() + ms * 1'000'000LL); }
  /// Of the crystal.
  std::int64_t SampleAt(Nanoseconds t) const {
    const double speed = 48000e-9 * (1 + static_cast<double>(card_->file().ppb) * 1e-9);
    return static_cast<std::int64_t>(static_cast<double>(t - card_->file().epoch) * speed);
  }
  std::span<const float> Air() {
    return card_->air().first(static_cast<std::size_t>(SampleAt(clock_.Now())) * kAirChannels);
  }
  std::vector<std::string> Told(plan::IncidentKind kind) {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> texts;
    for (const plan::Incident& one : told_) {
      if (one.kind == kind) texts.push_back(one.text);
    }
    return texts;
  }
  static double SamplesOf(Nanoseconds time) {
    return static_cast<double>(time) * kSampleRate / 1e9;
  }
  std::uint64_t Breaks(std::size_t line = 0) {
    const plan::DeviceStatus status = device_->AllProgress().at(line).status;
    return status.xruns + status.starved + status.slips;
  }
  /// All that can be heard is noise.
  void Speak() {
    std::uint32_t state = 11;
    for (float& x : card_->voice()) {
      state = state * 1664525u + 1013904223u;
      x = static_cast<float>(state >> 8) / 9'000'000.0f - 0.932067f;
    }
  }

  Scratch scratch_;
  transport::MachineClock clock_;
  std::unique_ptr<SoundCard> card_;
  std::shared_ptr<handoff::DeviceRing> ring_ =
      std::make_shared<handoff::DeviceRing>(2, kSampleRate);
  std::shared_ptr<handoff::LiveRing> heard_ = std::make_shared<handoff::LiveRing>(2, kSampleRate);
  handoff::Doorbell bell_;
  plan::MediaTimeMap media_;
  std::mutex mutex_;
  std::vector<plan::Incident> told_;
  std::unique_ptr<SoundDevice> device_;
};

TEST_F(AlsaDeviceTest, WhatIsHeardIsTheTakeBitForBitAtTheTimeThatIsTold) {
  Plug(40);
  Open();
  AddOutput();
  Playing playing(ring_);
  playing.Begin();
  ASSERT_TRUE(Until([this] { return Now().next_n > Playing::kFirst + 4'800; })) << Status().error;
  std::vector<DeviceProgress> looks;
  for (int i = 0; i < 9; ++i) {
    Sleep(110);
    looks.push_back(Now());
  }
  const DeviceProgress progress = looks.back();
  Sleep(200);
  playing.Finish();
  EXPECT_EQ(progress.status.error, "");
  EXPECT_EQ(progress.status.name, "alsa:card");
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceStarted), SizeIs(1));
  const Stretches heard(Air(), playing.take(), 2);
  const std::uint64_t breaks = Breaks();
  RecordProperty("breaks", static_cast<int>(breaks));
  EXPECT_LE(heard.all().size(), 1 + breaks);
  EXPECT_GE(heard.length(), 48'000 - breaks * 4'800);
  // A thread that stands still between two looks at a clock is wrong once, not five times.
  std::vector<double> errors;
  for (const DeviceProgress& look : looks) {
    const auto n = static_cast<std::size_t>(look.next_n - Playing::kFirst);
    const Nanoseconds told = look.next_at + look.status.latency * 1'000'000'000 / kSampleRate;
    for (const Stretch& one : heard.all()) {
      if (n < one.take || n >= one.take + one.length) continue;
      const auto at = static_cast<std::int64_t>(one.heard + n - one.take);
      errors.push_back(std::fabs(static_cast<double>(card_->TimeOf(at) - told)));
    }
  }
  std::sort(errors.begin(), errors.end());
  ASSERT_GT(errors.size() + breaks, 5u);
  if (breaks == 0) {
    EXPECT_LT(errors[errors.size() / 2], 50'000) << "ns; a sample is 20,833";
  }
}

TEST_F(AlsaDeviceTest, XrunIsCountedAndSurvived) {
  Plug(0);
  Open();
  AddOutput();
  Playing playing(ring_);
  playing.Begin();
  ASSERT_TRUE(Until([this] { return Now().next_n > Playing::kFirst + 4'800; })) << Status().error;
  const std::uint64_t before = Status().xruns;
  ++card_->file().xruns;
  ASSERT_TRUE(Until([&] { return Status().xruns > before; }));
  const MediaTime then = Now().next_n;
  EXPECT_TRUE(Until([&] { return Now().next_n > then + 9'600; })) << "it plays on";
  EXPECT_TRUE(Until([&] { return !Told(plan::IncidentKind::kDeviceUneven).empty(); }));
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceUneven), Contains(HasSubstr("xrun")));
  EXPECT_EQ(Status().losses, 0u);
}

TEST_F(AlsaDeviceTest, CardThatIsUnpluggedIsToldAndPlayedOnAgainWhenItIsBack) {
  Plug(-30);
  Open();
  AddOutput();
  Playing playing(ring_);
  playing.Begin();
  ASSERT_TRUE(Until([this] { return Status().running; })) << Status().error;
  card_->file().unplugged = 1;
  ASSERT_TRUE(Until([this] { return Status().losses == 1; })) << "it is noticed";
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceLost), Contains(HasSubstr("'card' is gone")));
  const MediaTime then = ring_->end();
  ASSERT_TRUE(Until([this] {
    return Status().error.find("cannot be opened") != std::string::npos;
  })) << Status().error;
  EXPECT_GT(ring_->end(), then) << "the cluster plays on";
  card_->file().unplugged = 0;
  const std::int64_t back = SampleAt(clock_.Now());
  ASSERT_TRUE(Until([this] { return Status().running; })) << Status().error;
  Sleep(500);
  playing.Finish();
  EXPECT_THAT(Told(plan::IncidentKind::kDeviceStarted), SizeIs(2));
  const Stretches heard(Air().subspan(static_cast<std::size_t>(back) * 2), playing.take(), 2);
  EXPECT_GE(heard.length(), 9'600u);
  EXPECT_EQ(Status().error, "");
}

TEST_F(AlsaDeviceTest, WhatIsHeardIsTakenBitForBitInItsPlace) {
  Plug(-20);
  Speak();
  Open();
  AddInput();
  Taking taking(heard_, media_);
  ASSERT_TRUE(Until([this] { return Status().running; })) << Status().error;
  Sleep(1200);
  taking.Finish();
  const std::uint64_t breaks = Breaks();
  const Stretches taken(taking.taken(), card_->voice().first(2 * 48'000 * 20), 2);
  EXPECT_LE(taken.all().size(), 1 + breaks);
  EXPECT_GE(taken.length(), 48'000 - breaks * 4'800);
  for (const Stretch& one : taken.all()) {
    if (breaks != 0) break;
    const Nanoseconds sounded = card_->TimeOf(static_cast<std::int64_t>(one.take));
    const auto dated = static_cast<MediaTime>(one.heard) + Taking::kFirst;
    EXPECT_NEAR(static_cast<double>(plan::MediaTimeAt(media_, sounded) - dated), 32, 36)
        << "samples: as much earlier as makes periods and packets meet";
  }
}

TEST_F(AlsaDeviceTest, WhatTheCardDoesNotTellOfItsRoundTripIsMeasured) {
  Plug(150);
  card_->file().looped = 1;
  card_->file().after = 700;
  card_->file().before = 411;
  AlsaWish wish;
  wish.card = "card";
  wish.periods = 16;
  const RoundTrip trip = MeasureAlsa(wish, {.out = 2, .in = 2});
  ASSERT_EQ(trip.reading.error, "");
  EXPECT_NEAR(trip.reading.unreported, 1'111, 1.5);
  EXPECT_LT(trip.reading.spread, 0.01);
  EXPECT_GT(trip.reading.alike, 0.999);
  EXPECT_GT(trip.out, 0);
  EXPECT_THAT(MeasureAlsa(wish, {.out = 3, .in = 1}).reading.error,
              HasSubstr("channel 3 is wanted"));
}

// Where what comes back is dated, against when it was played and what the status says of both.
TEST_F(AlsaDeviceTest, WhatIsPlayedComesBackAtTheDateThatIsToldOnceItsRoundTripIsKnown) {
  Plug(0);
  card_->file().looped = 1;
  card_->file().after = 700;
  card_->file().before = 411;
  AlsaWish wish;
  wish.period = 125;  // nothing in common with a quantum: no date is earlier to make the two meet
  wish.manner.unreported_out = 700;
  wish.manner.unreported_in = 411;
  Open(wish);
  AddInput();
  AddOutput();
  Playing playing(ring_);
  Taking taking(heard_, media_);
  playing.Begin();
  ASSERT_TRUE(Until([this] { return Now().status.running; })) << Status().error;
  std::vector<double> told;
  for (int i = 0; i < 9; ++i) {
    Sleep(150);
    const std::vector<DeviceProgress> all = device_->AllProgress();
    const Frames latencies = all.at(0).status.latency + all.at(1).status.latency;
    told.push_back(static_cast<double>(latencies) +
                   SamplesOf(all.at(1).next_at - playing.TimeOf(all.at(1).next_n)));
  }
  const std::uint64_t breaks = Breaks() + Breaks(1);
  taking.Finish();
  playing.Finish();
  const Stretches came(taking.taken(), playing.take(), 2);
  ASSERT_FALSE(came.all().empty());
  EXPECT_LE(came.all().size(), 1 + breaks);
  if (breaks != 0) return;
  const Stretch& one = came.all().front();
  const auto dated = Taking::kFirst + static_cast<MediaTime>(one.heard);
  const Nanoseconds was_due = playing.TimeOf(Playing::kFirst + static_cast<MediaTime>(one.take));
  std::nth_element(told.begin(), told.begin() + 4, told.end());
  EXPECT_NEAR(SamplesOf(plan::TimeAt(media_, dated) - was_due), told[4], 3);
}

TEST_F(AlsaDeviceTest, CardThatIsNotThereIsToldWithWhatToDo) {
  Plug(0);
  card_->file().unplugged = 1;
  Open();
  AddOutput();
  ASSERT_TRUE(Until([this] { return !Status().error.empty(); }));
  EXPECT_THAT(Status().error, HasSubstr("aplay -L"));
  EXPECT_THAT(Told(plan::IncidentKind::kOutputError), SizeIs(1));
}

TEST_F(AlsaDeviceTest, ChannelsThatItHasNotAndThoseOfAnotherAreRefused) {
  Plug(0);
  AlsaWish wish;
  wish.channels = {{"foh-a", 2}};
  Open(wish);
  AddOutput();
  ASSERT_TRUE(Until([this] { return !Status().error.empty(); }));
  EXPECT_THAT(Status().error, HasSubstr("has 2 channels, and channel 3 is wanted"));
  Open();
  AddOutput();
  ASSERT_TRUE(Until([this] { return Status().running; })) << Status().error;
  AddOutput("foh-b");
  const auto second = [this] { return device_->AllProgress().at(1).status.error; };
  ASSERT_TRUE(Until([&] { return !second().empty(); }));
  EXPECT_THAT(second(), HasSubstr("'foh-a' plays on those channels"));
}

TEST(AlsaLibraryTest, MachineWithoutAlsaIsToldWhatToInstall) {
  std::string error;
  EXPECT_EQ(AlsaLibrary::Load("libasound-that-is-not.so.9", error), nullptr);
  EXPECT_THAT(error, HasSubstr("install the package libasound2"));
}

}  // namespace
}  // namespace continuo::agent
