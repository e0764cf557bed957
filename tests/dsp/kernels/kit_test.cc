// SPDX-License-Identifier: Apache-2.0
// A sampler that plays a kit: zones cut out of one recording.
#include <gtest/gtest.h>

#include <cmath>

#include "dsp/kernels/sampler.h"
#include "dsp/kernels/soloist.h"
#include "dsp/kernels/tone.h"

namespace continuo::dsp {
namespace {

/// A kit whose recording is a sine of `hz`.
class Kit {
 public:
  explicit Kit(double hz, Frames frames = 48'000, int channels = 1) : samples_(frames * channels) {
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      samples_[i] = static_cast<float>(
          0.5 * std::sin(2 * M_PI * hz * static_cast<double>(i / channels) / 48000));
    }
    asset_ = {samples_.data(), frames, channels};
  }
  /// A zone of all of it; its neighbours are silent.
  Zone& Add() {
    zones_.push_back(Zone{.frames = static_cast<std::uint32_t>(asset_.frames)});
    return zones_.back();
  }
  /// Mono, since all that is measured is heard on both sides.
  Soloist Play(int channels = 1) {
    asset_.zones = zones_;
    return Soloist(kSampler, {asset_}, {60}, channels);
  }

 private:
  std::vector<float> samples_;
  std::vector<Zone> zones_;
  AudioAsset asset_;
};

double HzOf(int key) {
  return 440 * std::pow(2.0, (key - 69) / 12.0);
}

TEST(Kit, OtherKeysPlayOtherPitchesOfOneRecording) {
  Kit kit(HzOf(60));
  kit.Add();
  for (const int key : {48, 57, 60, 61, 67, 72, 84}) {
    Soloist sampler = kit.Play();
    sampler.On(key);
    sampler.Play(100);
    const auto tone = sampler.Play(9600);
    EXPECT_NEAR(ToDb(LevelAt(tone, HzOf(key)) / 0.5), 0, 0.1) << key;
    EXPECT_LT(ResidueDb(tone, {HzOf(key)}), -80) << key;
  }
}

TEST(Kit, ImagesOfTonesBelow8KilohertzStay73DecibelsDown) {
  // The image of f lies at 48 kHz - f of the recording; a fourth down it would be heard as it is.
  for (const double hz : {1000.0, 3000.0, 5000.0, 7000.0, 8000.0}) {
    Kit kit(hz);
    kit.Add();
    Soloist sampler = kit.Play();
    sampler.On(55);
    sampler.Play(100);
    EXPECT_LT(ResidueDb(sampler.Play(9600), {hz * std::pow(2.0, -5 / 12.0)}), -73) << hz;
  }
}

TEST(Kit, TuneAndKeyTrackSayThePitch) {
  Kit kit(1000);
  Zone& zone = kit.Add();
  zone.tune = 0.5f;
  zone.key_track = 0;
  Soloist sampler = kit.Play();
  sampler.On(72);
  sampler.Play(100);
  EXPECT_LT(ResidueDb(sampler.Play(9600), {1000 * std::pow(2.0, 0.5 / 12)}), -75);
}

TEST(Kit, LoopHasNoSeamAtAnyPitch) {
  // 480 frames are ten whole cycles.
  Kit kit(1000, 1000);
  Zone& zone = kit.Add();
  zone.play = ZonePlay::kLooped;
  zone.loop_begin = 300;
  zone.loop_end = 780;
  for (const int key : {60, 62, 53, 79}) {
    Soloist sampler = kit.Play();
    sampler.On(key);
    sampler.Play(100);
    EXPECT_LT(ResidueDb(sampler.Play(24'000), {1000 * std::pow(2.0, (key - 60) / 12.0)}), -75)
        << key;
  }
}

TEST(Kit, LoopGoesOnAfterTheKeyOnlyWhereItShould) {
  for (const ZonePlay play : {ZonePlay::kLooped, ZonePlay::kLoopedWhileHeld}) {
    Kit kit(1000, 1000);
    Zone& zone = kit.Add();
    zone.play = play;
    zone.loop_begin = 480;
    zone.loop_end = 960;
    zone.release_ms = 10'000;
    Soloist sampler = kit.Play();
    sampler.On(60);
    sampler.Play(10'000);
    sampler.Off(60);
    sampler.Play(1000);
    EXPECT_EQ(PeakOf(sampler.Play(1000)) > 0.1f, play == ZonePlay::kLooped);
  }
}

TEST(Kit, ForcePicksTheLayersAndOverlappingZonesSoundTogether) {
  Kit kit(1000);
  Zone soft, hard, always;
  soft.velocity_max = 63;
  hard.velocity_min = 64;
  soft.gain = 0.1f, hard.gain = 0.2f, always.gain = 0.4f;
  for (const Zone& one : {soft, hard, always}) {
    Zone& zone = kit.Add();
    const std::uint32_t frames = zone.frames;
    zone = one;
    zone.frames = frames;
    zone.velocity = 0;
  }
  const std::pair<int, double> cases[] = {{1, 0.5}, {63, 0.5}, {64, 0.6}, {127, 0.6}};
  for (const auto& [force, level] : cases) {
    Soloist sampler = kit.Play();
    sampler.On(60, static_cast<float>(force) / 127);
    EXPECT_NEAR(LevelAt(sampler.Play(9600), 1000), level * 0.5, 1e-3) << force;
  }
}

TEST(Kit, StrokeOfAGroupSilencesWhatItShouldWithin30Ms) {
  Kit kit(1000);
  Zone& open = kit.Add();
  open.key_min = open.key_max = open.root = 70;
  open.off_by = 2;
  open.play = ZonePlay::kOneShot;
  Zone& closed = kit.Add();
  closed.key_min = closed.key_max = 71;
  closed.gain = 0;
  closed.group = 2;
  closed.off_by = 2;
  Soloist sampler = kit.Play();
  sampler.On(70);
  sampler.Play(4800);
  sampler.On(71);
  EXPECT_LT(LargestJump(sampler.Play(1440)), 0.07f) << "no faster than the sine itself";
  EXPECT_LT(PeakOf(sampler.Play(4800)), 0.5e-3f) << "60 dB down";
}

TEST(Kit, EnvelopeKeepsItsTimes) {
  Kit kit(0.0);
  // A constant, so that what is heard is the envelope.
  std::vector<float> ones(96'000, 1.0f);
  Zone zone{.frames = 96'000};
  zone.delay_ms = 10;
  zone.attack_ms = 20;
  zone.hold_ms = 30;
  zone.decay_ms = 100;
  zone.sustain = 0.5f;
  zone.release_ms = 50;
  const AudioAsset asset{ones.data(), 96'000, 1, {&zone, 1}};
  Soloist sampler(kSampler, {asset}, {60}, 1);
  sampler.On(60);
  const auto heard = sampler.Play(48'000);
  sampler.Off(60);
  const auto after = sampler.Play(4800);
  const auto at = [&heard](double ms) { return heard[static_cast<std::size_t>(ms * 48)]; };
  EXPECT_EQ(at(9.95), 0.0f);
  EXPECT_NEAR(at(20), 0.5, 1e-2) << "in the middle of the attack";
  EXPECT_NEAR(at(30.1), 1.0, 1e-3);
  EXPECT_EQ(at(59.9), 1.0f) << "held";
  EXPECT_NEAR(at(160), 0.5005, 5e-5) << "60 dB of the way are gone";
  EXPECT_NEAR(after[50 * 48], 0.0005, 1e-5) << "fell by 60 dB";
}

TEST(Kit, ReleaseOfTheInstrumentServesZonesWithoutOne) {
  Kit kit(1000);
  kit.Add();
  Soloist sampler = kit.Play();
  sampler.Set("release", 20);
  sampler.On(60);
  sampler.Play(4800);
  sampler.Off(60);
  sampler.Play(960);
  EXPECT_LT(PeakOf(sampler.Play(4800)), 0.6e-3f);
}

TEST(Kit, PanTakesFromTheOtherSideOnly) {
  Kit kit(1000);
  kit.Add().pan = -0.5f;
  Soloist sampler = kit.Play(2);
  sampler.On(60);
  const auto left = sampler.Play(4800);
  EXPECT_NEAR(PeakOf(left), 0.5, 1e-3);
  EXPECT_NEAR(PeakOf(sampler.right), 0.25, 1e-3);
}

TEST(Kit, ZonesDoNotHearTheirNeighbours) {
  std::vector<float> loud(200, 1.0f);
  for (int i = 100; i < 110; ++i) loud[i] = 0.0f;
  Zone zone{.begin = 100, .frames = 10};
  const AudioAsset asset{loud.data(), 200, 1, {&zone, 1}};
  Soloist sampler(kSampler, {asset}, {60}, 1);
  for (const int key : {60, 59, 47, 70}) sampler.On(key);
  EXPECT_EQ(PeakOf(sampler.Play(200)), 0.0f);
}

TEST(Kit, TuneGlidesWithoutAClickAndArrives) {
  Kit kit(500);
  Zone& zone = kit.Add();
  zone.play = ZonePlay::kLooped;
  zone.loop_end = zone.frames;
  Soloist sampler = kit.Play();
  sampler.On(60);
  sampler.Play(4800);
  sampler.Set("tune", 700);
  EXPECT_LT(LargestJump(sampler.Play(960)), 0.05f) << "a sine of 749 Hz steps by 0.049";
  EXPECT_LT(ResidueDb(sampler.Play(9600), {500 * std::pow(2.0, 7 / 12.0)}), -80);
}

TEST(Kit, NewStrokesTakeVoicesWithoutAClick) {
  Kit kit(100);
  Zone& zone = kit.Add();
  zone.key_track = 0;
  zone.attack_ms = 50;
  Soloist sampler = kit.Play();
  for (int i = 0; i < 32; ++i) {
    sampler.On(40 + i);
    sampler.Play(37);
  }
  sampler.Play(4800);
  EXPECT_LT(LargestJump(sampler.Play(4800)), 0.02f);
  for (int i = 0; i < 12; ++i) {
    sampler.On(80 + i);
    EXPECT_LT(LargestJump(sampler.Play(400)), 0.04f)
        << i << ": a voice that just ended jumps by 0.5";
  }
}

TEST(Kit, EveryKeyThatWasLetGoFallsSilent) {
  Kit kit(500);
  Zone& zone = kit.Add();
  zone.play = ZonePlay::kLooped;
  zone.loop_end = zone.frames;
  Soloist sampler = kit.Play();
  sampler.Set("release", 50);
  for (int round = 0; round < 3; ++round) {
    for (int key = 20; key < 100; ++key) sampler.On(key);  // more than there are voices
    sampler.Play(480);
  }
  for (int key = 20; key < 100; ++key) sampler.Off(key);
  sampler.Play(9600);
  EXPECT_EQ(PeakOf(sampler.Play(4800)), 0.0f);
}

TEST(Kit, BrokenZonesAreRefused) {
  const auto ready = [](auto breaks) {
    Kit kit(1000, 1000);
    breaks(kit.Add());
    return kit.Play().ready();
  };
  EXPECT_TRUE(ready([](Zone&) {}));
  EXPECT_FALSE(ready([](Zone& zone) { zone.frames = 1001; }));
  EXPECT_FALSE(ready([](Zone& zone) { zone.frames = 0; }));
  EXPECT_FALSE(ready([](Zone& zone) { zone.begin = 0xffffffff; }));
  EXPECT_FALSE(ready([](Zone& zone) { zone.tune = std::nanf(""); }));
  EXPECT_FALSE(ready([](Zone& zone) { zone.root = 128; }));
  EXPECT_FALSE(ready([](Zone& zone) { zone.play = ZonePlay::kLooped; }));
}

}  // namespace
}  // namespace continuo::dsp
