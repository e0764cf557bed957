// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace continuo::coordinator::cli {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kRedraw{100};

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)),
      interactive_(isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + kPatience) {}

Progress::~Progress() {
  if (shown_ && interactive_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(std::uint64_t bytes, std::uint64_t of) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + (interactive_ ? kRedraw : kPatience);
  shown_ = true;
  std::fprintf(stderr, interactive_ ? "\r\x1b[K%s: %.1f of %.1f MB" : "%s: %.1f of %.1f MB\n",
               what_.c_str(), static_cast<double>(bytes) / 1e6, static_cast<double>(of) / 1e6);
}

}  // namespace continuo::coordinator::cli
