// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <vector>

#include "coordinator/cli/invocation.h"

namespace continuo::coordinator::cli {

/// The commands of `continuo`, grown by the functions of arguments.h. Parsing chooses an action, which is run
/// afterwards. What an action needs is shared with the options that fill it.
class CommandTree {
 public:
  using Action = std::function<int()>;

  CommandTree();
  /// A word that only begins a command (`continuo task`); made when it is first asked for.
  CLI::App& Group(const char* name, const char* help);
  /// A command. `above`: its group, or none. `example`: with all of the command line.
  CLI::App& Leaf(CLI::App* above, const char* name, const char* help, const char* example,
                 Action action);
  /// The flags that every command has; valid once parsed, so actions keep the reference.
  const Invocation& invocation() const { return invocation_; }
  /// What can be said, for who completes a line.
  const CLI::App& root() const { return app_; }
  /// Reads the line and does what it says. Returns the exit code.
  int Run(int argc, char** argv);

 private:
  /// The words that are no flags: where each stands in argv.
  static std::vector<int> WordsOf(int argc, char** argv);
  /// An exit code if the words name a plug-in, nothing there is, or only half a command.
  std::optional<int> TryOthers(const std::vector<int>& words, char** argv,
                               bool asks_for_help) const;
  int Complain(const CLI::ParseError& wrong, const std::vector<int>& words, int argc,
               char** argv) const;

  CLI::App app_;
  Invocation invocation_;
  Action action_;
};

/// Where a program listens: host:port.
CLI::Validator IsHostPort();
/// A place in the music: 17, 17.3 or 17.3.240.
CLI::Validator IsBarBeat();

}  // namespace continuo::coordinator::cli
