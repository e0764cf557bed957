// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "coordinator/cli/invocation.h"

namespace continuo::coordinator::cli {

/// `completion bash|zsh`: the script.
int RunCompletion(const std::string& shell);

/// What a shell asks with kCompleteWord: a line each, with a tab and a few words of help.
int RunComplete(const CLI::App& root, const std::vector<std::string>& words);

}  // namespace continuo::coordinator::cli
