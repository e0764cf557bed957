// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "coordinator/cli/board_commands.h"
#include "coordinator/cli/console_text.h"
#include "coordinator/cli/interrupt.h"
#include "proto/transport/byte_line.h"

namespace continuo::coordinator::cli {
namespace {

constexpr int kTurnMs = 20;

/// What was typed, if something was. False: there is nothing more to come.
bool TakeTyped(std::span<std::uint8_t> room, std::size_t& size) {
  pollfd typed{STDIN_FILENO, POLLIN, 0};
  size = 0;
  if (poll(&typed, 1, 0) <= 0) return true;
  const ssize_t count = read(STDIN_FILENO, room.data(), room.size());
  if (count > 0) size = static_cast<std::size_t>(count);
  return count > 0;
}

/// False: the line is gone.
bool WriteAll(transport::ByteLine& line, std::span<const std::uint8_t> bytes,
              const Interrupt& interrupt) {
  while (!bytes.empty() && !interrupt.requested()) {
    const int count = line.Write(bytes);
    if (count < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    if (count == 0) usleep(1000);
  }
  return true;
}

}  // namespace

int RunConsole(const Invocation& invocation, const ConsoleOptions& options) {
  std::string why;
  const auto line = transport::ByteLine::Open(options.line, why);
  if (line == nullptr) {
    const bool is_path = options.line.find('/') != std::string::npos;
    return Fail(invocation, is_path ? why
                                    : why +
                                          "; say the path of its line, such as /dev/ttyACM0 "
                                          "(a node's name alone does not tell where that is)");
  }
  const Interrupt interrupt;
  // For a person what is no text is spelled out; a program gets every byte.
  ConsoleText text(isatty(STDOUT_FILENO) != 0);
  if (isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "continuo: %s; Ctrl-C ends this\n", options.line.c_str());
  }
  bool types = !options.listen;
  std::array<std::uint8_t, 1024> bytes;
  while (!interrupt.requested()) {
    const int count = line->Read(bytes);
    if (count < 0) return Fail(invocation, options.line + ": the line is gone");
    const std::string shown = text.Take(std::span(bytes).first(static_cast<std::size_t>(count)));
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fflush(stdout);
    if (std::ferror(stdout) != 0) break;  // nobody reads any more
    std::size_t typed = 0;
    if (types) types = TakeTyped(bytes, typed);
    if (typed > 0 && !WriteAll(*line, std::span(bytes).first(typed), interrupt)) {
      return Fail(invocation, options.line + ": the line is gone");
    }
    if (count == 0) poll(nullptr, 0, kTurnMs);
  }
  return kDone;
}

}  // namespace continuo::coordinator::cli
