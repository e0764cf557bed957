// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/hash.h"
#include "dsp/base/units.h"

namespace continuo {

/// Random bits as a function of where they are used, never of what was drawn before: the same (key, channel, n)
/// gives the same bits in every replica, in any order, after any restore.
constexpr std::uint64_t RandomBits(std::uint64_t key, std::uint32_t channel, MediaTime n) {
  return Mix64(Mix64(key ^ (static_cast<std::uint64_t>(channel) << 48)) ^
               static_cast<std::uint64_t>(n));
}

/// Uniform in [-1, 1), exactly representable steps of 2^-23.
constexpr float RandomBipolar(std::uint64_t key, std::uint32_t channel, MediaTime n) {
  const auto top = static_cast<std::int32_t>(RandomBits(key, channel, n) >> 40);  // 24 bits
  return static_cast<float>(top - (1 << 23)) * 0x1p-23f;
}

}  // namespace continuo
