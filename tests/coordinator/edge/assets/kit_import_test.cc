// SPDX-License-Identifier: Apache-2.0
#include <sndfile.h>

#include <cmath>
#include <filesystem>

#include "coordinator/edge/assets/import_fixture.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;

class KitImport : public ImportFixture {
 protected:
  KitImport() : ImportFixture(AssetKind::kSfz) {}

  /// A sine of 1 kHz, half of full scale.
  void Write(const std::string& name, int channels, int rate, int frames,
             int format = SF_FORMAT_WAV | SF_FORMAT_FLOAT, const SF_INSTRUMENT* loops = nullptr) {
    SF_INFO info{};
    info.channels = channels;
    info.samplerate = rate;
    info.format = format;
    const std::string path = (scratch_.path() / name).string();
    SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
    ASSERT_NE(file, nullptr) << sf_strerror(nullptr);
    if (loops != nullptr) {
      SF_INSTRUMENT copy = *loops;
      sf_command(file, SFC_SET_INSTRUMENT, &copy, sizeof(copy));
    }
    std::vector<float> samples;
    for (int i = 0; i < frames * channels; ++i) {
      samples.push_back(
          static_cast<float>(0.5 * std::sin(2 * M_PI * 1000 * (i / channels) / rate)));
    }
    sf_writef_float(file, samples.data(), frames);
    sf_close(file);
  }
  /// Views what was imported; empty, and a failure, if it was refused.
  dsp::AudioAsset View(absl::StatusOr<CanonicalAsset> imported) {
    dsp::AudioAsset audio;
    EXPECT_TRUE(imported.ok()) << imported.status();
    if (!imported.ok()) return audio;
    about_ = imported->about;
    warnings_ = imported->warnings;
    aligned_ = std::make_unique<Aligned>(imported->bytes);
    EXPECT_STREQ(dsp::ViewAudio(aligned_->bytes(), audio), nullptr);
    return audio;
  }

  ImportedAsset about_;
  std::vector<std::string> warnings_;
  std::unique_ptr<Aligned> aligned_;
};

TEST_F(KitImport, RecordingsLieOneAfterAnotherAndEachOnce) {
  Write("a.wav", 1, 48000, 1000);
  Write("b.flac", 1, 44100, 441, SF_FORMAT_FLAC | SF_FORMAT_PCM_24);
  const dsp::AudioAsset kit =
      View(Import("<region> sample=a.wav key=60 <region> sample=b.flac key=61 <region> "
                  "sample=a.wav key=62 offset=100"));
  ASSERT_EQ(kit.zones.size(), 3u);
  EXPECT_EQ(kit.frames, 1480);
  EXPECT_EQ(kit.channels, 1);
  EXPECT_EQ(kit.zones[1].begin, 1000u);
  EXPECT_EQ(kit.zones[1].frames, 480u);
  EXPECT_EQ(kit.zones[2].begin, 100u);
  EXPECT_EQ(kit.zones[2].frames, 900u);
  EXPECT_EQ(about_.kind, AssetKind::kSfz);
  EXPECT_EQ(about_.hash.size(), 64u);
}

TEST_F(KitImport, MonoStandsOnBothSidesBesideStereo) {
  Write("mono.wav", 1, 48000, 100);
  Write("stereo.wav", 2, 48000, 100);
  const dsp::AudioAsset kit = View(Import("<region> sample=mono.wav <region> sample=stereo.wav"));
  ASSERT_EQ(kit.channels, 2);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(kit.samples[2 * i], kit.samples[2 * i + 1]);
  EXPECT_EQ(kit.samples[2 * 12], kit.samples[2 * 112]);
}

TEST_F(KitImport, LoopKeepsItsLengthToTheFrameAtAnyRate) {
  Write("a.wav", 1, 44100, 1000);
  const dsp::AudioAsset kit =
      View(Import("<region> sample=a.wav loop_mode=loop_continuous loop_start=100 loop_end=540"));
  ASSERT_EQ(kit.zones.size(), 1u);
  EXPECT_EQ(kit.zones[0].loop_begin, 100u);
  EXPECT_EQ(kit.zones[0].loop_end, 541u);
  EXPECT_EQ(kit.zones[0].frames, 1000u) << "not resampled";
  EXPECT_NEAR(kit.zones[0].tune, 12 * std::log2(44100.0 / 48000), 1e-5) << "but pitched";
}

TEST_F(KitImport, RecordingMaySayItsLoopItself) {
  SF_INSTRUMENT loops{};
  loops.loop_count = 1;
  loops.loops[0].mode = SF_LOOP_FORWARD;
  loops.loops[0].start = 200;
  loops.loops[0].end = 300;
  Write("a.wav", 1, 48000, 1000, SF_FORMAT_WAV | SF_FORMAT_PCM_16, &loops);
  const dsp::AudioAsset kit =
      View(Import("<region> sample=a.wav <region> sample=a.wav loop_mode=no_loop"));
  ASSERT_EQ(kit.zones.size(), 2u);
  EXPECT_EQ(kit.zones[0].play, dsp::ZonePlay::kLooped);
  EXPECT_EQ(kit.zones[0].loop_begin, 200u);
  EXPECT_NEAR(kit.zones[0].loop_end, 300u, 1);
  EXPECT_EQ(kit.zones[1].play, dsp::ZonePlay::kGated);
}

TEST_F(KitImport, ErrorsNameKitLineAndRecording) {
  Write("short.wav", 1, 48000, 100);
  Write("wide.wav", 3, 48000, 100);
  Write("slow.wav", 1, 4000, 100);
  Write("empty.wav", 1, 48000, 0);
  std::ofstream(scratch_.path() / "broken.flac") << "fLaC and then nothing";
  const auto said = [this](const std::string& opcodes) { return Refusal("\n<region> " + opcodes); };
  EXPECT_THAT(said("sample=none.wav"), HasSubstr("line 2: none.wav does not exist"));
  EXPECT_THAT(said("sample=broken.flac"), HasSubstr("line 2: broken.flac cannot be decoded"));
  EXPECT_THAT(said("sample=empty.wav"), HasSubstr("line 2: empty.wav has no sound in it"));
  EXPECT_THAT(said("sample=wide.wav"), HasSubstr("wide.wav must be mono or stereo"));
  EXPECT_THAT(said("sample=slow.wav"), HasSubstr("has a rate of 4000 Hz"));
  EXPECT_THAT(said("sample=short.wav offset=100"), HasSubstr("cannot begin at frame 100"));
  EXPECT_THAT(said("sample=short.wav loop_mode=loop_continuous loop_end=100"),
              HasSubstr("cannot loop from frame 0 to 100: it has 100"));
  EXPECT_THAT(said("sample=short.wav volume=36 amplitude=1000"), HasSubstr("louder than +36 dB"));
  EXPECT_THAT(said("sample=short.wav lokey=x"), HasSubstr("file line 2: lokey=x: must be a key"));
  EXPECT_THAT(Refusal(std::string(5 << 20, ' ')), HasSubstr("is longer than 4 MiB"));
}

TEST_F(KitImport, HydrogenKitIsFoundByItsFolder) {
  std::filesystem::create_directory(scratch_.path() / "kit");
  Write("kit/k.wav", 1, 48000, 100);
  std::ofstream(scratch_.path() / "kit/drumkit.xml")
      << "<drumkit_info><instrumentList><instrument><muteGroup>1</muteGroup><filterActive>true</"
         "filterActive>"
         "<layer><filename>k.wav</filename></layer></instrument></instrumentList></drumkit_info>";
  const dsp::AudioAsset kit = View(ImportAsset(
      {.name = "kit", .kind = AssetKind::kHydrogen, .path = "kit"}, scratch_.path().string()));
  ASSERT_EQ(kit.zones.size(), 1u);
  EXPECT_EQ(kit.zones[0].group, 2);
  EXPECT_EQ(warnings_.size(), 1u);
  EXPECT_THAT(Said(ImportAsset({.name = "kit", .kind = AssetKind::kHydrogen, .path = "nokit"},
                               scratch_.path().string())),
              HasSubstr("drumkits/nokit/drumkit.xml does not exist"));
}

TEST_F(KitImport, WhatAPackageWouldBringIsMissedByItsName) {
  const auto missed = [](AssetKind kind, const char* path) {
    return Said(ImportAsset({.name = "x", .kind = kind, .path = path}, "/"));
  };
  EXPECT_THAT(missed(AssetKind::kHydrogen, "NoSuchKit"), HasSubstr("(apt install hydrogen-data)"));
  EXPECT_THAT(missed(AssetKind::kNotes, "/usr/share/games/openttd/baseset/openmsx/none.mid"),
              HasSubstr("(apt install openttd-openmsx)"));
  EXPECT_THAT(missed(AssetKind::kNotes, "/none.mid"), HasSubstr("install what brings the file"));
}

TEST_F(KitImport, KitOfDebianIsWhole) {
  const std::string folder = "/usr/share/hydrogen/data/drumkits/";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "hydrogen-data is not installed";
  const dsp::AudioAsset kit = View(
      ImportAsset({.name = "kit", .kind = AssetKind::kHydrogen, .path = "TR808EmulationKit"}, "/"));
  EXPECT_EQ(kit.zones.size(), 16u);
}

}  // namespace
}  // namespace continuo::coordinator
