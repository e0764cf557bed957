// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace continuo::coordinator {

/// Sound that was resampled before, one canonical file (dsp/graph/canonical.h) for each file it came from: resampling
/// takes a hundred times as long as reading, and a show is checked and applied many times. It only saves time: what it
/// lacks, cannot read or finds damaged is made again, and what it cannot keep (no room, no right) is not kept. Any
/// number of processes may share a folder.
class Resampled {
 public:
  /// `folder` is made when something is kept; empty: nothing is ever kept.
  explicit Resampled(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// That of this user: `$XDG_CACHE_HOME/continuo/resampled`, by default below `~/.cache` (XDG Base Directory).
  static Resampled OfUser();

  /// The name of what comes of a file: SHA-256 of its bytes and of how they are converted. Empty if it cannot be read.
  static std::string KeyOf(const std::string& path);
  /// The canonical file, if it is there and whole.
  std::optional<std::string> Find(const std::string& key) const;
  /// What was used least recently goes when the folder holds more than kBytesMax.
  void Keep(const std::string& key, std::string_view canonical) const;
  static constexpr std::uintmax_t kBytesMax = std::uintmax_t{2} << 30;

 private:
  void MakeRoom() const;
  std::filesystem::path folder_;
};

}  // namespace continuo::coordinator
