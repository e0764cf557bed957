// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace continuo::coordinator::cli {

/// "putting assets: 12 of 40 MB" on stderr, once it has taken longer than a second: redrawn on a terminal, a line a
/// second elsewhere.
class Progress {
 public:
  explicit Progress(std::string what);
  /// Ends the line.
  ~Progress();
  void Show(std::uint64_t bytes, std::uint64_t of);

 private:
  const std::string what_;
  const bool interactive_;
  std::chrono::steady_clock::time_point next_;
  bool shown_ = false;
};

}  // namespace continuo::coordinator::cli
