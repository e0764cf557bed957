// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

// What can follow on a command line that is being typed: commands and flags as the command tree has them, and names
// that are looked up. The shells ask the program itself, so that they never know another tree than it.

namespace continuo::coordinator::cli {

/// The word by which shells ask: `continuo __complete WORDS...`, the last of which is being typed (it may be empty).
inline constexpr const char* kCompleteWord = "__complete";

/// Instead of a word: the shell completes names of files that end so, or folders.
inline constexpr const char* kShowFiles = ":files yaml";
inline constexpr const char* kAnyFiles = ":files";
inline constexpr const char* kFolders = ":folders";

struct Suggestion {
  std::string word;
  std::string help;  ///< a few words, may be empty
};
using Suggestions = std::vector<Suggestion>;

/// What a value of that name can be ("task", "node", "kind" ...); `before`: the values that come before it on the
/// line. Empty: nothing is known.
using FindValues =
    std::function<Suggestions(const std::string& name, const std::vector<std::string>& before)>;

/// Those that begin with the last of `words`, in the order of the tree.
Suggestions Complete(const CLI::App& root, const std::vector<std::string>& words,
                     const FindValues& values);

/// The script that makes a shell ask: "bash" or "zsh"; empty of another shell.
std::string CompletionScript(const std::string& shell);

}  // namespace continuo::coordinator::cli
