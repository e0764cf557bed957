// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace continuo::coordinator::cli {
namespace {

constexpr char kEscape = '\x1b';

bool StartsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

/// Length of the escape sequence at the beginning of `text`, 0 if there is none.
std::size_t EscapeLength(std::string_view text) {
  if (text.empty() || text.front() != kEscape) return 0;
  const std::size_t end = text.find('m');
  return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

Terminal::Terminal(int file) : interactive_(isatty(file) == 1) {
  colour_ = interactive_ && std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  if (interactive_ && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    width_ = size.ws_col;
    height_ = size.ws_row;
  }
}

std::string Terminal::Paint(std::string_view text, const char* code) const {
  if (!colour_) return std::string(text);
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

void PrintLines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

int Columns(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const std::size_t escape = EscapeLength(text);
    if (escape == 0 && StartsCharacter(text.front())) ++columns;
    text.remove_prefix(escape == 0 ? 1 : escape);
  }
  return columns;
}

std::string Cut(std::string_view text, int columns) {
  std::string cut;
  bool painted = false;
  for (int used = 0; !text.empty();) {
    const std::size_t escape = EscapeLength(text);
    if (escape == 0 && StartsCharacter(text.front()) && ++used > columns) break;
    painted |= escape != 0;
    cut += text.substr(0, escape == 0 ? 1 : escape);
    text.remove_prefix(escape == 0 ? 1 : escape);
  }
  return painted && !text.empty() ? cut + "\x1b[0m" : cut;
}

}  // namespace continuo::coordinator::cli
