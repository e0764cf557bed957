// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace continuo {

/// Spreads 64 bits (finaliser of SplitMix64, Steele et al., OOPSLA 2014). Not for secrets.
constexpr std::uint64_t Mix64(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

/// 64-bit FNV-1a over bytes, finished by Mix64: for identities and comparisons inside the cluster, not for secrets
/// and not for names of assets (those are SHA-256).
constexpr std::uint64_t Hash64(std::string_view bytes, std::uint64_t seed = 0) {
  std::uint64_t h = 0xCBF29CE484222325ull ^ seed;
  for (const char c : bytes) h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001B3ull;
  return Mix64(h);
}

/// Hashes bytes as they come; the value does not depend on how they are cut into pieces. Four lanes of words that do
/// not wait for each other, so that it is as fast as memory. Not for secrets: for telling whether two states are equal.
class Digest64 {
 public:
  void Add(const std::uint8_t* bytes, std::size_t count) {
    total_ += count;
    while (count > 0) {
      if (kept_ == 0 && count >= kBlock) {
        const std::size_t whole = count / kBlock * kBlock;
        for (std::size_t i = 0; i < whole; i += kBlock) Mix(bytes + i);
        bytes += whole;
        count -= whole;
        continue;
      }
      const std::size_t part = count < kBlock - kept_ ? count : kBlock - kept_;
      std::memcpy(block_ + kept_, bytes, part);
      bytes += part;
      count -= part;
      kept_ = (kept_ + part) % kBlock;
      if (kept_ == 0) Mix(block_);
    }
  }
  std::uint64_t value() const {
    std::uint64_t h = Mix64(total_);
    for (const std::uint64_t lane : lanes_) h = Mix64(h ^ lane);
    for (std::size_t i = 0; i < kept_; ++i) h = Mix64(h ^ block_[i]);
    return h;
  }

 private:
  static constexpr std::size_t kBlock = 32;
  static std::uint64_t Word(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&word, bytes, sizeof(word));
    } else {
      for (std::size_t i = 0; i < sizeof(word); ++i) word |= std::uint64_t{bytes[i]} << (8 * i);
    }
    return word;
  }
  // Odd multiplier and rotation are bijections of the lane, so no difference is ever lost within a lane.
  void Mix(const std::uint8_t* block) {
    for (std::size_t i = 0; i < 4; ++i) {
      lanes_[i] = std::rotl((lanes_[i] ^ Word(block + 8 * i)) * 0x9FB21C651E98DF25ull, 29);
    }
  }

  std::uint64_t lanes_[4] = {0x243F6A8885A308D3ull, 0x13198A2E03707344ull, 0xA4093822299F31D0ull,
                             0x082EFA98EC4E6C89ull};  // digits of pi
  std::uint8_t block_[kBlock] = {};
  std::size_t kept_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace continuo
