// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "coordinator/cli/invocation.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

namespace continuo::coordinator::cli {

/// How a View is shown again and again.
struct WatchedView {
  std::function<std::vector<std::string>(const View&, const Terminal&)> lines;  ///< on a terminal
  std::function<std::string(const View&)> line;  ///< in a log: one line each time
  std::function<std::string(const View&)> json;
};

/// Every `period_ms` until the person ends it; a coordinator that goes is waited for. Returns the exit code.
int WatchView(const Invocation& invocation, int period_ms, const WatchedView& shown);

}  // namespace continuo::coordinator::cli
