// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/hash.h"

namespace continuo::sim {

/// Numbers that follow from a seed and from nothing else. Each purpose has dice of its own (Fork), so that a fault that
/// is left out does not change what the others draw.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(Mix64(seed)) {}
  Dice Fork(std::uint64_t purpose) const { return Dice(state_ ^ Mix64(purpose)); }

  std::uint64_t Draw() {
    state_ += 0x9E3779B97F4A7C15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  /// [0, limit); limit > 0.
  std::int64_t Below(std::int64_t limit) {
    const auto high = static_cast<unsigned long>(Draw() >> 32);
    if (limit <= 0x7fffffff) {
      return static_cast<std::int64_t>(high * static_cast<std::uint64_t>(limit) >> 32);
    }
    return static_cast<std::int64_t>(Draw() % static_cast<std::uint64_t>(limit));
  }
  /// [from, to].
  std::int64_t Between(std::int64_t from, std::int64_t to) { return from + Below(to - from + 1); }
  bool Chance(double probability) {
    return static_cast<double>(Draw() >> 11) * 0x1p-53 < probability;
  }
  template <typename T, std::size_t N>
  const T& Of(const T (&choices)[N]) {
    return choices[static_cast<std::size_t>(Below(static_cast<std::int64_t>(N)))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace continuo::sim
