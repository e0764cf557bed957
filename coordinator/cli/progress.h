// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <string>

namespace continuo::coordinator::cli {

/// What takes longer than a second says how far it is, on stderr: redrawn on a terminal, a line a second elsewhere.
class Progress {
 public:
  Progress();
  /// Ends the line.
  ~Progress();
  /// May be called as often as there is news.
  void Show(const std::string& text);

 private:
  const bool interactive_;
  std::chrono::steady_clock::time_point next_;
  std::string shown_;  ///< the last text
};

/// "putting assets: 12.0 of 40.1 MB"
std::string BytesText(const std::string& what, std::uint64_t done, std::uint64_t of);

/// Does `work` on a thread of its own and meanwhile shows what `text` says.
template <typename Work, typename Text>
auto WithProgress(Work work, Text text) {
  constexpr std::chrono::milliseconds kLookAgain{500};
  Progress progress;
  auto result = std::async(std::launch::async, std::move(work));
  for (int waited = 0; result.wait_for(kLookAgain) != std::future_status::ready; ++waited) {
    if (waited > 0) progress.Show(text());
  }
  return result.get();
}

}  // namespace continuo::coordinator::cli
