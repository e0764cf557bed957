// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_commands.h"
#include "coordinator/cli/monitor_text.h"
#include "coordinator/cli/watch_view.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {

int RunMonitor(const Invocation& invocation, const MonitorOptions& options) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  if (const std::string wrong = WhyNoBoard(*view, options.node); !wrong.empty()) {
    return Fail(invocation, wrong);
  }
  const std::string& name = options.node;
  return WatchView(
      invocation, options.period_ms,
      {.lines = [&name](const View& now,
                        const Terminal& terminal) { return MonitorLines(now, name, terminal); },
       .line = [&name](const View& now) { return MonitorLine(now, name); },
       .json = [&name](const View& now) { return MonitorJson(now, name); }});
}

}  // namespace continuo::coordinator::cli
