// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace continuo::replica {

/// Fellows that one replica keeps on record: six that the plan lists, and up to eight excluded ones.
inline constexpr std::size_t kMaxKnown = 16;

/// A set of fellows, by their place on record.
using Marks = std::uint16_t;
static_assert(sizeof(Marks) * 8 == kMaxKnown);

constexpr Marks MarkOf(std::size_t place) {
  return static_cast<Marks>(1u << place);
}
/// The set after the fellow at `place` went off the record, and those behind it moved up.
constexpr Marks Without(Marks marks, std::size_t place) {
  const unsigned below = (1u << place) - 1;
  return static_cast<Marks>((marks & below) | ((marks >> 1) & ~below));
}

}  // namespace continuo::replica
