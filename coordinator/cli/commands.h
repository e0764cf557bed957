// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "coordinator/cli/invocation.h"
#include "coordinator/core/input.h"
#include "proto/session/timeline.h"

// What the commands of `continuo` do once their flags are read (arguments.cc). Each returns the exit code: kDone,
// kFailed or kUsage.

namespace continuo::coordinator::cli {

/// `show check FILE`: everything that is wrong with the file, on this machine alone.
int RunShowCheck(const Invocation& invocation, const std::string& file);

struct ShowApplyOptions {
  std::string file;
  double seconds = 0;  ///< instead of the show's length; 0: as the show says
};
int RunShowApply(const Invocation& invocation, const ShowApplyOptions& options);
int RunShowStop(const Invocation& invocation);

struct StatusOptions {
  bool watch = false;
  int period_ms = 1000;
};
int RunStatus(const Invocation& invocation, const StatusOptions& options);
int RunNodeList(const Invocation& invocation);
int RunTaskList(const Invocation& invocation);

/// `task set` and `transport ...`: waits for the verdict. EXPIRED is a failure.
int RunEvent(const Invocation& invocation, const EventRequested& wish);

/// `take save --out DIR`.
int RunTakeSave(const Invocation& invocation, const std::string& folder);

}  // namespace continuo::coordinator::cli
