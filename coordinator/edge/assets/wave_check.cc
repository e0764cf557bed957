// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "coordinator/edge/assets/formats.h"

namespace continuo::coordinator {
namespace {

// Programs that write to a pipe do not know the length and put one of the largest numbers there.
constexpr std::uint32_t kLengthUnknown = 0x7FFF0000;

using Bytes8 = std::array<char, 8>;  // four letters, then a little-endian length

std::string_view Letters(const Bytes8& chunk) {
  return {chunk.data(), 4};
}

std::uint32_t Length(const Bytes8& chunk) {
  std::uint32_t length = 0;
  for (int i = 7; i >= 4; --i) length = length << 8 | static_cast<unsigned char>(chunk[i]);
  return length;
}

}  // namespace

// Chunks of RIFF: "Multimedia Programming Interface and Data Specifications 1.0" (1991), chapter 2.
absl::Status CheckWaveIsWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Bytes8 chunk;
  if (!in.read(chunk.data(), 8) || Letters(chunk) != "RIFF") return absl::OkStatus();
  const std::uint64_t size = std::filesystem::file_size(path);
  std::uint64_t at = 12;
  while (in.seekg(static_cast<std::streamoff>(at)) && in.read(chunk.data(), 8)) {
    at += 8;
    const std::uint64_t length = Length(chunk);
    if (Letters(chunk) == "data") {
      if (length >= kLengthUnknown || at + length <= size) return absl::OkStatus();
      return absl::InvalidArgumentError(absl::StrCat("is cut off: its header announces ", length,
                                                     " bytes of sound, ", size - at,
                                                     " are there; copy it again"));
    }
    at += length + length % 2;
  }
  return absl::OkStatus();  // no sound in it: libsndfile has a word for that
}

}  // namespace continuo::coordinator
