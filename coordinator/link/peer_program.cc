// SPDX-License-Identifier: Apache-2.0
#include "coordinator/link/peer_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace continuo::coordinator::link {
namespace {

constexpr const char* kName = "continuo-link-peer";
constexpr std::size_t kLongestLine = 4'096;

/// Where it is: beside this program; else execvp looks through PATH.
std::string FindPeer() {
  std::error_code unknown;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const std::string beside = (self.parent_path() / kName).string();
  return access(beside.c_str(), X_OK) == 0 ? beside : kName;
}

/// In the child: nothing but system calls.
[[noreturn]] void Become(int in, int out, const char* program, const char* bpm) {
  setpgid(0, 0);  // Ctrl-C is ours; it ends with its stdin
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  execlp(program, program, bpm, nullptr);
  _exit(127);
}

}  // namespace

std::unique_ptr<PeerProgram> PeerProgram::Start(double bpm, std::string& error) {
  signal(SIGPIPE, SIG_IGN);  // one that has ended is noticed by what cannot be said to it
  const std::string program = FindPeer();
  std::array<char, 32> tempo{};
  std::snprintf(tempo.data(), tempo.size(), "%.9f", bpm);
  std::array<int, 2> to{}, from{};
  if (pipe2(to.data(), O_CLOEXEC) != 0 || pipe2(from.data(), O_CLOEXEC) != 0) {
    error = std::string("no pipe: ") + std::strerror(errno);
    return nullptr;
  }
  const pid_t process = fork();
  if (process == 0) Become(to[0], from[1], program.c_str(), tempo.data());
  close(to[0]);
  close(from[1]);
  if (process < 0) {
    close(to[1]);
    close(from[0]);
    error = std::string("no process: ") + std::strerror(errno);
    return nullptr;
  }
  return std::unique_ptr<PeerProgram>(new PeerProgram(process, from[0], to[1]));
}

PeerProgram::~PeerProgram() {
  close(to_);
  close(from_);
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

std::vector<std::string> PeerProgram::Listen(int patience_ms) {
  std::vector<std::string> lines;
  for (int wait = patience_ms; !gone_; wait = 0) {
    pollfd in{from_, POLLIN, 0};
    if (poll(&in, 1, wait) <= 0) break;
    std::array<char, 1'024> text{};
    const ssize_t got = read(from_, text.data(), text.size());
    gone_ = got == 0 || heard_.size() > kLongestLine;
    if (got <= 0) break;
    heard_.append(text.data(), static_cast<std::size_t>(got));
  }
  for (std::size_t end = heard_.find('\n'); end != std::string::npos; end = heard_.find('\n')) {
    lines.push_back(heard_.substr(0, end));
    heard_.erase(0, end + 1);
  }
  return lines;
}

void PeerProgram::Say(const std::string& line) {
  if (write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) gone_ = true;
}

}  // namespace continuo::coordinator::link
