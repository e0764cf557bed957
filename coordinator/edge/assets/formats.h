// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "coordinator/core/show.h"
#include "coordinator/edge/assets/importer.h"

// One function for each kind of file. Paths are of regular files. Their results lack what all kinds share (name,
// kind, hash, size); their errors lack the file's name: they go on after 'asset "x": FILE '.

namespace continuo::coordinator {

enum class Rate { kCanonical, kAsItIs };  ///< whether a recording is resampled
absl::StatusOr<CanonicalAsset> ImportAudio(const std::string& path, Rate rate = Rate::kCanonical);
absl::StatusOr<CanonicalAsset> ImportNotes(const std::string& path);
/// `kind`: kHydrogen or kSfz. Errors in the kit's file begin with "line N: ".
absl::StatusOr<CanonicalAsset> ImportKit(const std::string& path, AssetKind kind);

/// A path that names a file; a device or a pipe might never end.
absl::Status CheckIsFile(const std::string& path);

/// What a sound file says of itself, undecoded.
struct SoundFacts {
  int rate = 0;
  Frames frames = 0;
  std::uint32_t loop_begin = 0, loop_end = 0;  ///< its first loop, the end exclusive; equal: none
};
absl::StatusOr<SoundFacts> FactsOf(const std::string& path);

/// OK unless the file is a RIFF WAVE whose sound goes on beyond the file's end: libsndfile reads what is there and
/// says nothing.
absl::Status CheckWaveIsWhole(const std::string& path);

}  // namespace continuo::coordinator
