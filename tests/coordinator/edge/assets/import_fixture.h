// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "coordinator/edge/assets/importer.h"
#include "support/scratch.h"

namespace continuo::coordinator {

/// Canonical bytes at an address that views accept.
class Aligned {
 public:
  explicit Aligned(const std::string& bytes) : size_(bytes.size()), blocks_(bytes.size() / 16 + 1) {
    std::memcpy(blocks_.data(), bytes.data(), bytes.size());
  }
  std::span<const std::uint8_t> bytes() const {
    return {reinterpret_cast<const std::uint8_t*>(blocks_.data()), size_};
  }

 private:
  struct alignas(16) Block {
    std::uint8_t bytes[16];
  };
  std::size_t size_;
  std::vector<Block> blocks_;
};

/// Writes files, imports them.
class ImportFixture : public testing::Test {
 protected:
  explicit ImportFixture(AssetKind kind) : kind_(kind) {
    setenv("XDG_CACHE_HOME", cache().c_str(), 1);
  }
  std::filesystem::path cache() const { return scratch_.path() / "cache"; }

  absl::StatusOr<CanonicalAsset> ImportPath(const std::string& path) {
    return ImportAsset({.name = "song", .kind = kind_, .path = path}, scratch_.path().string());
  }
  absl::StatusOr<CanonicalAsset> Import(const std::string& file) {
    std::ofstream(scratch_.path() / "file", std::ios::binary) << file;
    return ImportPath("file");
  }
  /// What is said about a file that must be refused.
  std::string Refusal(const std::string& file) { return Said(Import(file)); }
  static std::string Said(const absl::StatusOr<CanonicalAsset>& imported) {
    return imported.ok() ? "(imported)" : std::string(imported.status().message());
  }
  /// The same bytes with one in eight of them, on average, replaced; a pure function of `seed`.
  static std::string Scrambled(std::string file, std::uint32_t seed) {
    for (char& byte : file) {
      seed = seed * 1664525 + 1013904223;
      if (seed >> 29 == 0) byte = static_cast<char>(seed >> 16);
    }
    return file;
  }

  Scratch scratch_;

 private:
  AssetKind kind_;
};

}  // namespace continuo::coordinator
