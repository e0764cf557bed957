// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace continuo::coordinator::cli {

/// Where the program `continuo-<command>` is: beside this program, or in PATH. Empty: nowhere.
std::string FindPlugIn(const std::string& command);

/// Becomes that program, with the arguments from `command` on. Returns only if that fails: the exit code.
int RunPlugIn(const std::string& program, char** arguments);

}  // namespace continuo::coordinator::cli
