// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "coordinator/core/show.h"

// The show as a person writes it, in YAML. Reading goes on after an error, so that one look at the answer is enough
// to put everything right.

namespace continuo::coordinator {

/// Longer texts are refused.
inline constexpr std::size_t kShowBytesMax = 1 << 20;

struct ParsedShow {
  bool is_show = false;              ///< false: nothing could be read, and `issues` says why
  Show show;                         ///< as far as it could be read; asset paths as written
  std::vector<Issue> issues;         ///< with lines, in the order of the file
  std::map<std::string, int> lines;  ///< field -> line, for what CheckShow finds later
};

/// Any thread; never throws.
ParsedShow ParseShow(const std::string& yaml);

/// Gives issues that name a field but no line the line of that field, or of what contains it.
void AddLines(const std::map<std::string, int>& lines, std::vector<Issue>& issues);
inline void AddLines(const ParsedShow& parsed, std::vector<Issue>& issues) {
  AddLines(parsed.lines, issues);
}

}  // namespace continuo::coordinator
