// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "coordinator/edge/assets/import_fixture.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;

std::string Le(std::uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i & 0xFF);
  return out;
}

constexpr int kPcm = 1, kFloat = 3;

struct Wave {
  int format = kPcm, channels = 1, rate = 48000, bits = 16;
  std::string data;
};

std::string File(const Wave& wave) {
  const auto frame = static_cast<std::uint32_t>(wave.channels * wave.bits / 8);
  const auto rate = static_cast<std::uint32_t>(wave.rate);
  const std::string form = Le(wave.format, 2) + Le(wave.channels, 2) + Le(rate, 4) +
                           Le(rate * frame, 4) + Le(frame, 2) + Le(wave.bits, 2);
  const std::string chunks =
      "WAVEfmt " + Le(16, 4) + form + "data" + Le(wave.data.size(), 4) + wave.data;
  return "RIFF" + Le(chunks.size(), 4) + chunks;
}

std::string Floats(const std::vector<float>& samples) {
  return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(float)};
}

class AudioImport : public ImportFixture {
 protected:
  AudioImport() : ImportFixture(AssetKind::kAudio) {}

  // The samples, or nothing and a failure.
  std::vector<float> Samples(const std::string& file) {
    const auto imported = Import(file);
    if (!imported.ok()) {
      ADD_FAILURE() << imported.status();
      return {};
    }
    about_ = imported->about;
    const Aligned aligned(imported->bytes);
    dsp::AudioAsset audio;
    EXPECT_STREQ(dsp::ViewAudio(aligned.bytes(), audio), nullptr);
    EXPECT_EQ(audio.frames, about_.frames);
    EXPECT_EQ(audio.channels, about_.channels);
    EXPECT_EQ(imported->bytes.size(), about_.bytes);
    return {audio.samples, audio.samples + audio.frames * audio.channels};
  }

  ImportedAsset about_;
};

TEST_F(AudioImport, Pcm16IsExact) {
  EXPECT_EQ(Samples(File({.data = Le(0x4000, 2) + Le(0x8000, 2) + Le(1, 2)})),
            (std::vector<float>{0.5f, -1.0f, 1.0f / 32768}));
  EXPECT_EQ(about_.name, "song");
  EXPECT_EQ(about_.kind, AssetKind::kAudio);
}

TEST_F(AudioImport, Pcm24IsExact) {
  EXPECT_EQ(Samples(File({.bits = 24, .data = Le(0x400000, 3) + Le(0x800001, 3)})),
            (std::vector<float>{0.5f, -8388607.0f / 8388608}));
}

TEST_F(AudioImport, FloatIsUntouchedEvenBeyondFullScale) {
  const std::vector<float> samples{0.1f, -1.5f, 0.0f, 3e-41f};
  EXPECT_EQ(Samples(File({.format = kFloat, .bits = 32, .data = Floats(samples)})), samples);
}

TEST_F(AudioImport, EightChannelsStayInterleaved) {
  std::vector<float> samples;
  for (int i = 0; i < 16; ++i) samples.push_back(static_cast<float>(i) / 16);
  EXPECT_EQ(Samples(File({.format = kFloat, .channels = 8, .bits = 32, .data = Floats(samples)})),
            samples);
  EXPECT_EQ(about_.channels, 8);
  EXPECT_EQ(about_.frames, 2);
}

TEST_F(AudioImport, ResamplingKeepsLengthAndLevel) {
  for (const int rate : {8000, 44100, 96000, 192000}) {
    std::vector<float> sine(static_cast<std::size_t>(rate));
    for (std::size_t i = 0; i < sine.size(); ++i) {
      sine[i] = static_cast<float>(0.5 * std::sin(2 * M_PI * 1000 * static_cast<double>(i) / rate));
    }
    const auto out =
        Samples(File({.format = kFloat, .rate = rate, .bits = 32, .data = Floats(sine)}));
    ASSERT_EQ(out.size(), 48000u) << rate;
    for (std::size_t i = 4800; i < 43200; ++i) {
      ASSERT_NEAR(out[i], 0.5 * std::sin(2 * M_PI * 1000 * static_cast<double>(i) / 48000), 1e-4)
          << "frame " << i << " from " << rate;
    }
  }
}

TEST_F(AudioImport, LengthIsRoundedToTheNearestFrame) {
  for (const int frames : {1, 2, 100, 5000, 12345}) {
    const std::vector<float> ones(static_cast<std::size_t>(frames), 1.0f);
    Samples(File({.format = kFloat, .rate = 44100, .bits = 32, .data = Floats(ones)}));
    EXPECT_EQ(about_.frames, std::llround(frames * 48000.0 / 44100)) << frames;
  }
}

TEST_F(AudioImport, SameFileHasTheSameName) {
  const std::string file = File({.rate = 44100, .data = std::string(20000, 'x')});
  const auto first = Import(file), second = Import(file);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->about, second->about);
  EXPECT_EQ(first->about.hash.size(), 64u);
  EXPECT_EQ(first->about.hash.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(Import(File({.data = "xy"}))->about.hash, first->about.hash);
}

TEST_F(AudioImport, WhatWasResampledBeforeIsTheSame) {
  const std::string file = File({.rate = 44100, .data = std::string(20000, 'x')});
  const std::vector<float> first = Samples(file);
  namespace fs = std::filesystem;
  ASSERT_EQ(std::distance(fs::directory_iterator(cache() / "continuo/resampled"), {}), 1);
  EXPECT_EQ(Samples(file), first);
}

TEST_F(AudioImport, RefusesWhatWouldPoisonAMix) {
  std::vector<float> samples(20000);
  samples[12345] = std::numeric_limits<float>::quiet_NaN();
  const auto refusal = [&] {
    return Refusal(File(
        {.format = kFloat, .channels = 2, .rate = 44100, .bits = 32, .data = Floats(samples)}));
  };
  EXPECT_THAT(refusal(), HasSubstr("not a number (frame 6172, channel 2)"));
  samples[12345] = -std::numeric_limits<float>::infinity();
  EXPECT_THAT(refusal(), HasSubstr("infinite (frame 6172, channel 2)"));
}

TEST_F(AudioImport, RefusesWhatNoTaskCouldPlay) {
  EXPECT_THAT(Refusal(File({.channels = 9, .data = std::string(18, 'x')})),
              HasSubstr("has 9 channels; 1 to 8"));
  EXPECT_THAT(Refusal(File({.rate = 7999, .data = "xx"})), HasSubstr("7999 Hz; 8000 to 192000"));
  EXPECT_THAT(Refusal(File({.rate = 192001, .data = "xx"})), HasSubstr("192001 Hz"));
  EXPECT_THAT(Refusal(File({.data = ""})), HasSubstr("no sound in it"));
  const std::size_t hour = 3600 * 8000;
  EXPECT_THAT(Refusal(File({.rate = 8000, .bits = 8, .data = std::string(hour + 1, 'x')})),
              HasSubstr("longer than 60 minutes"));
}

TEST_F(AudioImport, RefusesWhatIsNoSound) {
  EXPECT_THAT(Refusal(""), HasSubstr("cannot be decoded"));
  EXPECT_THAT(Refusal("RIFF"), HasSubstr("cannot be decoded"));
  EXPECT_THAT(Refusal(std::string(5000, 'z')), HasSubstr("cannot be decoded"));
  EXPECT_THAT(Said(ImportPath("absent.wav")), HasSubstr("absent.wav does not exist"));
  EXPECT_THAT(Said(ImportPath(".")), HasSubstr("is a folder"));
  EXPECT_THAT(Said(ImportPath("/dev/zero")), HasSubstr("is neither a file nor a folder"));
}

TEST_F(AudioImport, ErrorsNameAssetAndFile) {
  EXPECT_THAT(Refusal("z"),
              testing::StartsWith("asset \"song\": " + scratch_.path().string() + "/file "));
}

TEST_F(AudioImport, PathsMayBeAbsolute) {
  std::ofstream(scratch_.path() / "a.wav", std::ios::binary) << File({.data = "xx"});
  EXPECT_EQ(Said(ImportPath((scratch_.path() / "a.wav").string())), "(imported)");
}

// libsndfile alone plays what is there of a file that was not copied to its end.
TEST_F(AudioImport, NoBeginningOfAWavePassesForIt) {
  const std::string file = File({.channels = 2, .rate = 44100, .data = std::string(400, 'x')});
  for (std::size_t length = 0; length < file.size(); ++length) {
    EXPECT_NE(Refusal(file.substr(0, length)), "(imported)") << length;
  }
  EXPECT_THAT(Refusal(file.substr(0, 300)),
              HasSubstr("is cut off: its header announces 400 bytes of sound, 256"));
}

TEST_F(AudioImport, WavesFromAPipeHaveNoLength) {
  std::string file = File({.data = "xxxx"});
  file.replace(40, 4, "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(Samples(file).size(), 2u);
}

TEST_F(AudioImport, SurvivesScrambledWaves) {
  const std::string file = File({.channels = 2, .rate = 44100, .data = std::string(100, 'x')});
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    for (const std::size_t intact : {0, 12, 36}) {
      static_cast<void>(Import(file.substr(0, intact) + Scrambled(file.substr(intact), seed)));
    }
  }
}

}  // namespace
}  // namespace continuo::coordinator
