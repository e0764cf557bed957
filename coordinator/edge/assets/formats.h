// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "coordinator/core/show.h"
#include "coordinator/edge/assets/importer.h"

// One function for each kind of file. Paths are of regular files. Their results lack what all kinds share (name,
// kind, hash, size); their errors lack the file's name: they go on after 'asset "x": FILE '.

namespace continuo::coordinator {

absl::StatusOr<CanonicalAsset> ImportAudio(const std::string& path);
absl::StatusOr<CanonicalAsset> ImportNotes(const std::string& path);

/// OK unless the file is a RIFF WAVE whose sound goes on beyond the file's end: libsndfile reads what is there and
/// says nothing.
absl::Status CheckWaveIsWhole(const std::string& path);

}  // namespace continuo::coordinator
