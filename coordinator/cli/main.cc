// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>

#include "coordinator/cli/arguments.h"
#include "coordinator/cli/invocation.h"

int main(int argc, char** argv) {
  try {
    return continuo::coordinator::cli::Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo: %s\n", error.what());
    return continuo::coordinator::cli::kFailed;
  }
}
