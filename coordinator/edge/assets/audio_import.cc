// SPDX-License-Identifier: Apache-2.0
#include <samplerate.h>
#include <sndfile.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "coordinator/edge/assets/resampled.h"
#include "dsp/base/units.h"
#include "dsp/graph/canonical.h"
#include "dsp/kernels/kernel.h"

namespace continuo::coordinator {
namespace {

constexpr int kRateMin = 8'000, kRateMax = 192'000;
constexpr int kMinutesMax = 60;
constexpr std::size_t kBlockFrames = 4096;

using SoundFile = std::unique_ptr<SNDFILE, decltype(&sf_close)>;
using Converter = std::unique_ptr<SRC_STATE, decltype(&src_delete)>;

absl::Status WrongSound(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

absl::StatusOr<SoundFile> Open(const std::string& path, SF_INFO& info) {
  // Why a file could not be opened is a variable of the whole process.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  SoundFile file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
  if (file == nullptr) {
    return WrongSound(absl::StrCat("cannot be decoded (libsndfile: ", sf_strerror(nullptr),
                                   "): give a WAV, FLAC, OGG or AIFF file"));
  }
  return file;
}

absl::Status TooLong() {
  return WrongSound(
      absl::StrCat("is longer than ", kMinutesMax, " minutes, the most an asset may be: split it"));
}

absl::Status CheckForm(const SF_INFO& info) {
  if (info.channels < 1 || info.channels > kMaxChannels) {
    return WrongSound(absl::StrCat("has ", info.channels, " channels; 1 to ", kMaxChannels,
                                   " are possible: split it, or mix it down"));
  }
  if (info.samplerate < kRateMin || info.samplerate > kRateMax) {
    return WrongSound(absl::StrCat("has a rate of ", info.samplerate, " Hz; ", kRateMin, " to ",
                                   kRateMax, " Hz are possible: convert it to ", kSampleRate,
                                   " Hz"));
  }
  if (info.frames <= 0) return WrongSound("has no sound in it: it is 0 frames long");
  if (info.frames > std::int64_t{kMinutesMax} * 60 * info.samplerate) return TooLong();
  return absl::OkStatus();
}

Frames FramesOf(Frames frames, int rate) {
  return (frames * kSampleRate + rate / 2) / rate;
}

CanonicalAsset Canonical(int channels, Frames frames, std::string bytes) {
  CanonicalAsset asset;
  asset.about.channels = channels;
  asset.about.frames = frames;
  asset.bytes = std::move(bytes);
  return asset;
}

// The frames of the canonical file, at 48 kHz, from blocks at the file's rate.
class Track {
 public:
  explicit Track(const SF_INFO& info)
      : channels_(static_cast<std::size_t>(info.channels)),
        rate_(info.samplerate),
        converter_(nullptr, src_delete),
        bytes_(dsp::kCanonicalHeaderBytes, '\0') {
    if (rate_ == kSampleRate) return;
    int error = 0;
    converter_.reset(src_new(SRC_SINC_BEST_QUALITY, info.channels, &error));
    if (converter_ == nullptr) error_ = src_strerror(error);
    converted_.resize(channels_ * kBlockFrames);
  }

  // False if libsamplerate fails; error() says why.
  bool Add(std::span<const float> samples, bool last) {
    frames_in_ += static_cast<Frames>(samples.size() / channels_);
    if (rate_ == kSampleRate) {
      Append(samples);
      return true;
    }
    if (converter_ == nullptr) return false;
    SRC_DATA data{};
    data.data_in = samples.data();
    data.input_frames = static_cast<long>(samples.size() / channels_);
    data.data_out = converted_.data();
    data.output_frames = kBlockFrames;
    data.src_ratio = static_cast<double>(kSampleRate) / rate_;
    data.end_of_input = last ? 1 : 0;
    do {
      if (const int error = src_process(converter_.get(), &data); error != 0) {
        error_ = src_strerror(error);
        return false;
      }
      Append({converted_.data(), static_cast<std::size_t>(data.output_frames_gen) * channels_});
      data.data_in += data.input_frames_used * static_cast<long>(channels_);
      data.input_frames -= data.input_frames_used;
    } while (data.input_frames > 0 || data.output_frames_gen > 0);
    return true;
  }

  const char* error() const { return error_; }

  CanonicalAsset Finish() {
    // libsamplerate ends a frame early or late; the length of a loop must not hang on that.
    const Frames frames = FramesOf(frames_in_, rate_);
    bytes_.resize(dsp::kCanonicalHeaderBytes +
                  static_cast<std::size_t>(frames) * channels_ * sizeof(float));
    const auto channels = static_cast<int>(channels_);
    dsp::WriteAudioHeader(
        channels, frames,
        std::span<std::uint8_t, dsp::kCanonicalHeaderBytes>(
            reinterpret_cast<std::uint8_t*>(bytes_.data()), dsp::kCanonicalHeaderBytes));
    return Canonical(channels, frames, std::move(bytes_));
  }

 private:
  void Append(std::span<const float> samples) {
    bytes_.append(reinterpret_cast<const char*>(samples.data()), samples.size_bytes());
  }

  std::size_t channels_;
  int rate_;
  Frames frames_in_ = 0;
  Converter converter_;
  std::vector<float> converted_;
  std::string bytes_;
  const char* error_ = "";
};

// A sample that is no number would silence every mixer behind it for good.
absl::Status CheckNumbers(std::span<const float> samples, int channels, Frames first) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (std::isfinite(samples[i])) continue;
    const auto frame = first + static_cast<Frames>(i) / channels;
    return WrongSound(absl::StrCat("holds a sample that is ",
                                   std::isnan(samples[i]) ? "not a number" : "infinite", " (frame ",
                                   frame, ", channel ", static_cast<Frames>(i) % channels + 1,
                                   "): export it again, as 24-bit WAV"));
  }
  return absl::OkStatus();
}

absl::StatusOr<CanonicalAsset> Decode(const SoundFile& file, const SF_INFO& info) {
  Track track(info);
  std::vector<float> block(kBlockFrames * static_cast<std::size_t>(info.channels));
  for (Frames done = 0; done < info.frames;) {
    const sf_count_t got = sf_readf_float(file.get(), block.data(), kBlockFrames);
    if (got <= 0) {
      return WrongSound(
          absl::StrCat("breaks off after ", done, " of ", info.frames, " frames: copy it again"));
    }
    const std::span<const float> samples(block.data(),
                                         static_cast<std::size_t>(got * info.channels));
    if (absl::Status status = CheckNumbers(samples, info.channels, done); !status.ok())
      return status;
    done += got;
    if (!track.Add(samples, done >= info.frames)) {
      return WrongSound(absl::StrCat("cannot be resampled (libsamplerate: ", track.error(),
                                     "): convert it to ", kSampleRate, " Hz"));
    }
  }
  return track.Finish();
}

}  // namespace

absl::StatusOr<SoundFacts> FactsOf(const std::string& path) {
  SF_INFO info{};
  absl::StatusOr<SoundFile> file = Open(path, info);
  if (!file.ok()) return file.status();
  if (absl::Status status = CheckForm(info); !status.ok()) return status;
  SoundFacts facts{.rate = info.samplerate, .frames = info.frames};
  SF_INSTRUMENT instrument{};
  if (sf_command(file->get(), SFC_GET_INSTRUMENT, &instrument, sizeof(instrument)) == SF_TRUE &&
      instrument.loop_count > 0 && instrument.loops[0].mode != SF_LOOP_NONE) {
    facts.loop_begin = instrument.loops[0].start;
    facts.loop_end = instrument.loops[0].end;
  }
  return facts;
}

absl::StatusOr<CanonicalAsset> ImportAudio(const std::string& path, Rate rate) {
  if (absl::Status status = CheckWaveIsWhole(path); !status.ok()) return status;
  SF_INFO info{};
  absl::StatusOr<SoundFile> file = Open(path, info);
  if (!file.ok()) return file.status();
  if (absl::Status status = CheckForm(info); !status.ok()) return status;
  if (rate == Rate::kAsItIs) info.samplerate = kSampleRate;
  if (info.samplerate == kSampleRate) return Decode(*file, info);

  const Resampled before = Resampled::OfUser();
  const std::string key = Resampled::KeyOf(path);
  if (std::optional<std::string> bytes = before.Find(key)) {
    return Canonical(info.channels, FramesOf(info.frames, info.samplerate), *std::move(bytes));
  }
  absl::StatusOr<CanonicalAsset> made = Decode(*file, info);
  // Not if somebody has written to the file meanwhile.
  if (made.ok() && Resampled::KeyOf(path) == key) before.Keep(key, made->bytes);
  return made;
}

}  // namespace continuo::coordinator
