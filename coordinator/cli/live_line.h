// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <string>

#include "coordinator/cli/terminal.h"

namespace continuo::coordinator::cli {

/// Where something stands that goes on: on a terminal one line that is rewritten in place, in a log one line per
/// change of phase. Not on stdout, which is for results.
class LiveLine {
 public:
  /// `out` must outlive it; `terminal` says what `out` is.
  LiveLine(std::FILE* out, const Terminal& terminal) : out_(out), terminal_(terminal) {}
  ~LiveLine() { Clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  /// `phase`: what a log tells apart; `text`: a line that is newer each time. May be called as often as there is news.
  void Show(const std::string& phase, const std::string& text);
  /// A line that stays, above the one that changes.
  void Say(const std::string& text);
  /// Takes the line that changes away.
  void Clear();

 private:
  std::FILE* const out_;
  const Terminal terminal_;
  std::string phase_, text_;  ///< the last that were shown
  bool drawn_ = false;
};

}  // namespace continuo::coordinator::cli
