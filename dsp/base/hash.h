// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
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

}  // namespace continuo
