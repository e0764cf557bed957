// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"
#include "coordinator/edge/assets/kit.h"
#include "dsp/base/units.h"
#include "dsp/graph/canonical.h"

namespace continuo::coordinator {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFramesMax = std::uint64_t{60} * 60 * kSampleRate;  // of all recordings

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return absl::PermissionDeniedError("cannot be read");
  if (static_cast<std::uint64_t>(in.tellg()) > kKitBytesMax) {
    return absl::InvalidArgumentError("is longer than 4 MiB: it is no kit");
  }
  in.seekg(0);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// One decoded file, and where it lies in the kit.
struct Recording {
  CanonicalAsset asset;
  SoundFacts facts;
  std::uint64_t begin = 0;
};

class Builder {
 public:
  explicit Builder(const fs::path& folder) : folder_(folder) {}

  absl::StatusOr<CanonicalAsset> Build(Kit kit) {
    for (KitZone& zone : kit.zones) {
      if (absl::Status status = Add(zone); !status.ok()) {
        return absl::Status(status.code(), absl::StrCat("line ", zone.line, ": ", zone.file, " ",
                                                        status.message()));
      }
    }
    CanonicalAsset made;
    made.about.channels = channels_;
    made.about.frames = static_cast<Frames>(frames_);
    made.warnings = std::move(kit.warnings);
    made.bytes = Bytes();
    return made;
  }

 private:
  absl::Status Add(KitZone& from) {
    const std::string path = (folder_ / from.file).string();
    if (absl::Status status = CheckIsFile(path); !status.ok()) return status;
    absl::StatusOr<SoundFacts> facts = FactsOf(path);
    if (!facts.ok()) return facts.status();
    if (absl::Status status = FillPlay(from, *facts); !status.ok()) return status;
    // A loop is as long as it is to the frame, so its recording keeps its rate and is pitched instead.
    const bool keeps_rate = from.zone.Loops() && facts->rate != kSampleRate;
    absl::StatusOr<Recording*> recording = Decode(path, *facts, keeps_rate);
    if (!recording.ok()) return recording.status();
    return Place(from, **recording, keeps_rate);
  }

  static absl::Status FillPlay(KitZone& from, const SoundFacts& facts) {
    dsp::Zone& zone = from.zone;
    const bool has_loop = facts.loop_end > facts.loop_begin;
    if (from.play_of_file && has_loop) zone.play = dsp::ZonePlay::kLooped;
    if (!zone.Loops()) return absl::OkStatus();
    if (from.loop_of_file && has_loop) {
      zone.loop_begin = facts.loop_begin;
      zone.loop_end = facts.loop_end;
    }
    if (zone.loop_end == 0) zone.loop_end = static_cast<std::uint32_t>(facts.frames);
    if (zone.loop_end > facts.frames || zone.loop_begin >= zone.loop_end) {
      return absl::InvalidArgumentError(absl::StrCat("cannot loop from frame ", zone.loop_begin,
                                                     " to ", zone.loop_end - 1, ": it has ",
                                                     facts.frames));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Recording*> Decode(const std::string& path, const SoundFacts& facts,
                                    bool keeps_rate) {
    const auto key = std::make_pair(path, keeps_rate);
    if (const auto known = by_path_.find(key); known != by_path_.end())
      return &recordings_[known->second];
    absl::StatusOr<CanonicalAsset> asset =
        ImportAudio(path, keeps_rate ? Rate::kAsItIs : Rate::kCanonical);
    if (!asset.ok()) return asset.status();
    if (asset->about.channels > 2) return absl::InvalidArgumentError("must be mono or stereo");
    channels_ = std::max(channels_, asset->about.channels);
    by_path_[key] = recordings_.size();
    recordings_.push_back({*std::move(asset), facts, frames_});
    frames_ += static_cast<std::uint64_t>(recordings_.back().asset.about.frames);
    if (frames_ > kFramesMax)
      return absl::InvalidArgumentError("makes the kit longer than an hour");
    return &recordings_.back();
  }

  absl::Status Place(const KitZone& from, const Recording& recording, bool keeps_rate) {
    dsp::Zone zone = from.zone;
    const double ratio = keeps_rate ? 1.0 : static_cast<double>(kSampleRate) / recording.facts.rate;
    const auto offset = static_cast<std::uint64_t>(static_cast<double>(from.offset) * ratio);
    const auto frames = static_cast<std::uint64_t>(recording.asset.about.frames);
    if (offset >= frames || (zone.Loops() && offset > zone.loop_begin)) {
      return absl::InvalidArgumentError(absl::StrCat("cannot begin at frame ", from.offset));
    }
    zone.begin = static_cast<std::uint32_t>(recording.begin + offset);
    zone.frames = static_cast<std::uint32_t>(frames - offset);
    if (zone.Loops()) {
      zone.loop_begin -= static_cast<std::uint32_t>(offset);
      zone.loop_end -= static_cast<std::uint32_t>(offset);
    } else {
      zone.loop_begin = zone.loop_end = 0;
    }
    if (keeps_rate) {
      zone.tune += static_cast<float>(
          12.0 * std::log2(recording.facts.rate / static_cast<double>(kSampleRate)));
    }
    if (!dsp::IsSane(zone, static_cast<Frames>(frames_))) {
      return absl::InvalidArgumentError(
          "would be louder than +36 dB, or tuned by more than 128 semitones");
    }
    zones_.push_back(zone);
    return absl::OkStatus();
  }

  /// All recordings one after another, a mono one on both sides where others are stereo; then the zones.
  std::string Bytes() const {
    std::string bytes(dsp::kCanonicalHeaderBytes, '\0');
    dsp::WriteAudioHeader(
        channels_, static_cast<Frames>(frames_),
        std::span<std::uint8_t, dsp::kCanonicalHeaderBytes>(
            reinterpret_cast<std::uint8_t*>(bytes.data()), dsp::kCanonicalHeaderBytes),
        static_cast<std::uint32_t>(zones_.size()));
    for (const Recording& recording : recordings_) {
      const std::string_view samples =
          std::string_view(recording.asset.bytes).substr(dsp::kCanonicalHeaderBytes);
      if (recording.asset.about.channels == channels_) {
        bytes.append(samples);
        continue;
      }
      for (std::size_t at = 0; at < samples.size(); at += sizeof(float)) {
        for (int c = 0; c < channels_; ++c) bytes.append(samples.substr(at, sizeof(float)));
      }
    }
    bytes.append(reinterpret_cast<const char*>(zones_.data()), zones_.size() * sizeof(dsp::Zone));
    return bytes;
  }

  fs::path folder_;
  std::map<std::pair<std::string, bool>, std::size_t> by_path_;  // into recordings_
  std::vector<Recording> recordings_;
  std::vector<dsp::Zone> zones_;
  int channels_ = 1;
  std::uint64_t frames_ = 0;
};

}  // namespace

absl::StatusOr<CanonicalAsset> ImportKit(const std::string& path, AssetKind kind) {
  absl::StatusOr<std::string> text = ReadText(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<Kit> kit = kind == AssetKind::kSfz ? ParseSfz(*text) : ParseHydrogen(*text);
  if (!kit.ok()) return kit.status();
  return Builder(fs::path(path).parent_path()).Build(*std::move(kit));
}

}  // namespace continuo::coordinator
