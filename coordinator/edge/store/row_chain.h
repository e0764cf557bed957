// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace continuo::coordinator {

/// SHA-256 over the link before it and all of a row: proves that no row before this one was changed or lost.
using Link = std::array<std::uint8_t, 32>;

struct Row {
  std::int64_t index = 0;  ///< from 1, without gaps
  std::int64_t term = 0;
  std::int64_t time = 0;
  std::int64_t kind = 0;
  std::string_view blob;
};

inline std::string_view LinkText(const Link& link) {
  return {reinterpret_cast<const char*>(link.data()), link.size()};
}

/// SHA-256.
Link HashOf(std::string_view bytes);
std::string ToHex(const Link& link);  ///< lower-case

/// The link of the first row follows Link{}.
Link LinkOf(const Link& before, const Row& row);

}  // namespace continuo::coordinator
