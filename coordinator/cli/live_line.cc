// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/live_line.h"

namespace continuo::coordinator::cli {

void LiveLine::Show(const std::string& phase, const std::string& text) {
  const bool news = terminal_.interactive() ? text != text_ || !drawn_ : phase != phase_;
  if (!news) return;
  phase_ = phase;
  text_ = text;
  if (terminal_.interactive()) {
    // Written over, then the rest cleared: clearing first would flicker.
    std::fprintf(out_, "\r%s\x1b[K", Cut(text, terminal_.width() - 1).c_str());
    drawn_ = true;
  } else {
    std::fprintf(out_, "%s\n", text.c_str());
  }
  std::fflush(out_);
}

void LiveLine::Say(const std::string& text) {
  Clear();
  std::fprintf(out_, "%s\n", text.c_str());
  std::fflush(out_);
}

void LiveLine::Clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", out_);
  std::fflush(out_);
  drawn_ = false;
}

}  // namespace continuo::coordinator::cli
