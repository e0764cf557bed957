// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "agent/edge/record/recorder.h"

namespace continuo::agent {

/// The file of one track. Not thread-safe.
class TrackFile {
 public:
  /// An existing recording is never overwritten: a node that came back in mid-show writes <name>.from-<n>.f32.
  TrackFile(const std::filesystem::path& folder, const Track& track, MediaTime first_n);
  ~TrackFile();
  TrackFile(const TrackFile&) = delete;
  TrackFile& operator=(const TrackFile&) = delete;

  /// False: error() says why, and nothing more will be written.
  bool Write(std::span<const float> samples);
  const std::string& error() const { return error_; }
  std::size_t samples() const { return samples_; }

 private:
  bool Fail(const std::string& what);
  bool WriteSideFile(const std::filesystem::path& path, const Track& track, MediaTime first_n);

  int file_ = -1;
  std::filesystem::path path_;
  std::string error_;
  std::size_t samples_ = 0;
};

}  // namespace continuo::agent
