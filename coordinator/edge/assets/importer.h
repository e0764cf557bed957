// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/core/show.h"

// Import: decodes a file of the disk once, to the canonical form (dsp/graph/canonical.h), whose SHA-256 is its name.
// The same file gives the same bytes on every machine that has the same versions of the decoding libraries; nobody
// depends on that, since only the coordinator imports and everyone else takes the canonical file by its hash.

namespace continuo::coordinator {

/// A canonical file and what it holds.
struct CanonicalAsset {
  ImportedAsset about;
  std::string bytes;                  ///< the whole file, header included
  std::vector<std::string> warnings;  ///< sentences: what of the file is not heard
};

/// Decodes one asset. Audio: what libsndfile reads, 1 to 8 channels, 8000 to 192000 Hz (resampled to 48000), at most
/// 60 minutes. Notes: a Standard MIDI File whose division is ticks per quarter note. Kits: their recordings one after
/// another, mono or stereo, with their zones (kit.h); a Hydrogen kit may be named by its folder, or by the name of one
/// that is installed.
/// `folder`: where relative paths start. Error: a sentence naming the file, what is wrong, what to do. Any thread;
/// takes as long as decoding takes.
absl::StatusOr<CanonicalAsset> ImportAsset(const ShowAsset& asset, const std::string& folder);

}  // namespace continuo::coordinator
