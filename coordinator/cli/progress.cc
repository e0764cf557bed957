// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace continuo::coordinator::cli {
namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr std::chrono::milliseconds kRedraw{100};

}  // namespace

Progress::Progress()
    : interactive_(isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now() + kPatience) {}

Progress::~Progress() {
  if (!shown_.empty() && interactive_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + (interactive_ ? kRedraw : kPatience);
  if (text == shown_ && !interactive_) return;  // a log need not say it again
  shown_ = text;
  std::fprintf(stderr, interactive_ ? "\r\x1b[K%s" : "%s\n", text.c_str());
}

std::string BytesText(const std::string& what, std::uint64_t done, std::uint64_t of) {
  char text[64];
  std::snprintf(text, sizeof text, ": %.1f of %.1f MB", static_cast<double>(done) / 1e6,
                static_cast<double>(of) / 1e6);
  return what + text;
}

}  // namespace continuo::coordinator::cli
