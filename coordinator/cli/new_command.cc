// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <span>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/show_answer.h"
#include "coordinator/cli/starter.h"
#include "coordinator/core/show_rules.h"

namespace continuo::coordinator::cli {
namespace {

namespace fs = std::filesystem;

/// A new file: nothing is ever overwritten. Empty, or why it is not there.
std::string Create(const fs::path& file, std::span<const char> bytes) {
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) {
    return errno == EEXIST ? file.string() + " is there already, and stays as it is"
                           : "cannot write " + file.string() + ": " + std::strerror(errno);
  }
  const bool whole = write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  const std::string why = whole ? "" : std::strerror(errno);
  if (close(fd) == 0 && whole) return "";
  std::error_code ignored;
  fs::remove(file, ignored);
  return "cannot write " + file.string() + ": " + why;
}

}  // namespace

int RunShowNew(const Invocation& invocation, const std::string& file) {
  fs::path show(file), song(file);
  if (show.extension().empty()) show += ".yaml";
  song.replace_extension(".mid");
  const std::string stem = show.stem().string();
  const std::string text =
      StarterShow(CheckName(stem).empty() ? stem : "my-show", song.filename().string());
  const std::vector<std::uint8_t> notes = StarterSong();
  if (const std::string wrong = Create(show, text); !wrong.empty()) return Fail(invocation, wrong);
  const std::span bytes(reinterpret_cast<const char*>(notes.data()), notes.size());
  if (const std::string wrong = Create(song, bytes); !wrong.empty()) {
    std::error_code ignored;
    fs::remove(show, ignored);
    return Fail(invocation, wrong);
  }
  Reply reply;
  reply.text = show.string() + " and " + song.string() +
               " are there; play them with: continuo show apply " + show.string();
  return TellShow(invocation, show.string(), reply);
}

}  // namespace continuo::coordinator::cli
