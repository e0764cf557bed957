// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::coordinator::cli {

/// Reads the command line of `continuo` and does what it says. Returns the exit code.
int Run(int argc, char** argv);

}  // namespace continuo::coordinator::cli
