// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace continuo {

/// A program that runs beside the test; what it writes goes into one file. Killed with the object.
class Program {
 public:
  /// `command[0]`: path of the program. `log`: where stdout and stderr go (appended).
  Program(const std::vector<std::string>& command, const std::string& log);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// kill -9, and waits until it is gone.
  void Kill();
  /// Sends it a signal, if it still runs.
  void Signal(int number);
  /// Waits for its end: the exit code, 128 + signal, or -1 if it still runs after `patience`.
  int Wait(std::chrono::milliseconds patience);
  /// The first line that contains `text`, once it is there; empty if it does not come in time.
  std::string WaitForLine(const std::string& text, std::chrono::milliseconds patience) const;
  /// What all programs with this log wrote.
  std::string Output() const;

 private:
  std::string log_;
  pid_t pid_ = -1;
};

/// Runs it to its end (60 s at most). `output`: what it wrote.
int RunProgram(const std::vector<std::string>& command, const std::string& log,
               std::string& output);

}  // namespace continuo
