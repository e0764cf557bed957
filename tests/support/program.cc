// SPDX-License-Identifier: Apache-2.0
#include "support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace continuo {
namespace {

using Clock = std::chrono::steady_clock;

bool WaitUntil(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  const auto end = Clock::now() + patience;
  while (!done()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_until(Clock::now() + std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace

Program::Program(const std::vector<std::string>& command, const std::string& log) : log_(log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int file = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  close(file);
}

Program::~Program() {
  Kill();
}

void Program::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void Program::Signal(int number) {
  if (pid_ > 0) kill(pid_, number);
}

int Program::Wait(std::chrono::milliseconds patience) {
  int status = 0;
  if (!WaitUntil([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, patience)) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Program::WaitForLine(const std::string& text,
                                 std::chrono::milliseconds patience) const {
  std::string found;
  WaitUntil(
      [&] {
        std::istringstream lines(Output());
        for (std::string line; std::getline(lines, line);) {
          if (line.find(text) == std::string::npos) continue;
          found = line;
          return true;
        }
        return false;
      },
      patience);
  return found;
}

std::string Program::Output() const {
  std::ifstream file(log_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int RunProgram(const std::vector<std::string>& command, const std::string& log,
               std::string& output) {
  Program program(command, log);
  const int code = program.Wait(std::chrono::seconds(60));
  output = program.Output();
  return code;
}

}  // namespace continuo
