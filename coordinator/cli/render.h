// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace continuo::coordinator::cli {

struct RenderOptions {
  std::string source;  ///< a show's YAML, or the folder of a take
  std::string out;     ///< WAV, 32-bit float
  std::string output;  ///< a task's name; empty: what the first output plays
  double seconds = 0;  ///< 0: the length of the show or take
  bool json = false;
};

/// `continuo render`: the oracle, offline, to a file. Exit code 0 or 1.
int RunRender(const RenderOptions& options);

}  // namespace continuo::coordinator::cli
