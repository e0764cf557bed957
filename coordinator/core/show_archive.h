// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/show.h"
#include "dsp/base/units.h"

namespace continuo::coordinator {

/// A show that came to be played, as it was applied.
struct ShowVersion {
  std::uint32_t number = 0;  ///< counts from 1, never used twice
  MediaTime n = 0;           ///< when it was decided
  std::string by;            ///< who asked
  std::string text;          ///< what it changed
  Show show;
  std::string source;
  std::vector<ImportedAsset> assets;
  bool operator==(const ShowVersion&) const = default;
};

/// The last versions, oldest first. They never change, so copies of the archive share them.
class ShowArchive {
 public:
  static constexpr std::size_t kMost = 32;
  static constexpr std::size_t kMostBytes = 8 << 20;  ///< of their sources; the newest two stay

  /// `version` gets its number.
  void Add(ShowVersion version) {
    version.number = ++last_;
    versions_.push_back(std::make_shared<const ShowVersion>(std::move(version)));
    while (versions_.size() > kMost || (versions_.size() > 2 && Bytes() > kMostBytes)) {
      versions_.erase(versions_.begin());
    }
  }
  /// nullptr if there is none of that number, or it is forgotten.
  const ShowVersion* Find(std::uint32_t number) const {
    for (const auto& version : versions_) {
      if (version->number == number) return version.get();
    }
    return nullptr;
  }
  const std::vector<std::shared_ptr<const ShowVersion>>& all() const { return versions_; }
  /// The highest number that was given out.
  std::uint32_t last() const { return last_; }
  /// As it was kept: with the numbers that they have, oldest first.
  void Restore(std::vector<ShowVersion> versions, std::uint32_t last) {
    versions_.clear();
    for (ShowVersion& version : versions) {
      versions_.push_back(std::make_shared<const ShowVersion>(std::move(version)));
    }
    last_ = last;
  }

  bool operator==(const ShowArchive& other) const {
    return last_ == other.last_ &&
           std::equal(versions_.begin(), versions_.end(), other.versions_.begin(),
                      other.versions_.end(), [](const auto& a, const auto& b) { return *a == *b; });
  }

 private:
  std::size_t Bytes() const {
    std::size_t bytes = 0;
    for (const auto& version : versions_) bytes += version->source.size();
    return bytes;
  }

  std::vector<std::shared_ptr<const ShowVersion>> versions_;
  std::uint32_t last_ = 0;
};

}  // namespace continuo::coordinator
