// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>

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
/// `show new FILE`: a commented show to begin with, and a song for it beside it. Overwrites nothing.
int RunShowNew(const Invocation& invocation, const std::string& file);

struct ShowGraphOptions {
  std::string file;
  std::string out;  ///< .svg, .png, .pdf (Graphviz draws it) or .dot; empty: DOT to stdout
};
/// `show graph FILE [-o FILE]`: a drawing, on this machine alone; of a show with errors as far as it can be read.
int RunShowGraph(const Invocation& invocation, const ShowGraphOptions& options);
int RunShowStop(const Invocation& invocation);
/// `show diff FILE`: what an apply would change, and how it would be heard.
int RunShowDiff(const Invocation& invocation, const std::string& file);
int RunShowHistory(const Invocation& invocation);
/// `show rollback [N]`; 0: the version before the last.
int RunShowRollback(const Invocation& invocation, std::uint32_t number);
/// `show lock`, `show unlock`.
int RunShowLock(const Invocation& invocation, bool on, const std::string& reason);

/// `kernel list`, `kernel show KIND`: what a task can be; no coordinator is asked.
int RunKernelList(const Invocation& invocation);
int RunKernelShow(const Invocation& invocation, const std::string& kind);

struct StatusOptions {
  bool watch = false;
  int period_ms = 1000;
};
int RunStatus(const Invocation& invocation, const StatusOptions& options);
struct LogOptions {
  bool follow = false;
  std::size_t last = 200;
};
/// `log`: what happened and why.
int RunLog(const Invocation& invocation, const LogOptions& options);

struct MetersOptions {
  std::string task;  ///< empty: all
  bool watch = false;
  int period_ms = 250;
};
/// `meters`: what kernels measure.
int RunMeters(const Invocation& invocation, const MetersOptions& options);
struct ClockOptions {
  bool watch = false;
  int period_ms = 1000;
};
/// `clock`: how the clocks of all nodes stand.
int RunClock(const Invocation& invocation, const ClockOptions& options);
/// `latency`: how late what comes over each wire is.
int RunLatency(const Invocation& invocation, const MetersOptions& options);
int RunNodeList(const Invocation& invocation);
/// `node show NODE`: everything about one of them.
int RunNodeShow(const Invocation& invocation, const std::string& name);
int RunTaskList(const Invocation& invocation);
/// `task show TASK`: its replicas and its parameters.
int RunTaskShow(const Invocation& invocation, const std::string& name);

/// `scene list`: of the show that plays.
int RunSceneList(const Invocation& invocation);
/// `scene save`: what is in force now as YAML, printed or written into the show `file`.
int RunSceneSave(const Invocation& invocation, const std::string& name, const std::string& file);

/// `task set`, `transport ...`, `scene recall` and `panic`: waits for the verdict. EXPIRED is a failure.
int RunEvent(const Invocation& invocation, const EventRequested& wish);

using OperationWish =
    std::variant<MoveRequested, DrainRequested, RebalanceRequested, ReplicasRequested>;
/// `task migrate`, `node drain`, `rebalance`, `task replicas`. `wait`: until the verdict, showing how it goes; Ctrl-C
/// calls it off. Otherwise until it is accepted.
int RunOperation(const Invocation& invocation, const OperationWish& wish, bool wait);
int RunOperationList(const Invocation& invocation);
int RunOperationCancel(const Invocation& invocation, OperationId operation);

/// `take save --out DIR`.
int RunTakeSave(const Invocation& invocation, const std::string& folder);

}  // namespace continuo::coordinator::cli
