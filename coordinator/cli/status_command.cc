// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "coordinator/cli/clock_text.h"
#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/latency_text.h"
#include "coordinator/cli/meters_text.h"
#include "coordinator/cli/node_text.h"
#include "coordinator/cli/scene_text.h"
#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/cli/watch_view.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::size_t kIncidentsShown = 8;

/// Prints one of the two forms.
template <typename Text, typename JsonText>
int PrintView(const Invocation& invocation, const View& view, Text text, JsonText json) {
  if (invocation.json) {
    std::printf("%s\n", json(view).c_str());
  } else {
    PrintLines(text(view, Terminal()));
  }
  return kDone;
}

/// Asks once.
template <typename Text, typename JsonText>
int Show(const Invocation& invocation, Text text, JsonText json) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  return PrintView(invocation, *view, text, json);
}

/// Of one task or of all, once or again and again.
template <typename Text, typename LineText, typename JsonText>
int ShowOfTask(const Invocation& invocation, const MetersOptions& options, Text text,
               LineText line_text, JsonText json_text) {
  const auto lines = [&](const View& view, const Terminal& terminal) {
    return text(view, options.task, terminal);
  };
  const auto json = [&](const View& view) { return json_text(view, options.task); };
  if (options.watch) {
    const auto line = [&](const View& view) { return line_text(view, options.task); };
    return WatchView(invocation, options.period_ms, {.lines = lines, .line = line, .json = json});
  }
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  if (const std::string wrong = NoSuchTask(*view, options.task); !wrong.empty()) {
    return Fail(invocation, wrong);
  }
  return PrintView(invocation, *view, lines, json);
}

}  // namespace

int RunStatus(const Invocation& invocation, const StatusOptions& options) {
  if (options.watch) {
    return WatchView(invocation, options.period_ms,
                     {.lines =
                          [](const View& view, const Terminal& terminal) {
                            return StatusLinesThatFit(view, terminal, kIncidentsShown);
                          },
                      .line = StatusLine,
                      .json = StatusJson});
  }
  const auto text = [](const View& view, const Terminal& terminal) {
    return StatusLines(view, terminal, kIncidentsShown);
  };
  return Show(invocation, text, StatusJson);
}

int RunClock(const Invocation& invocation, const ClockOptions& options) {
  // Live where a person looks at it, once where a program reads it.
  const bool live = Terminal().interactive() && !invocation.json;
  if (!options.watch && !live) return Show(invocation, ClockLines, ClocksJson);
  return WatchView(invocation, options.period_ms,
                   {.lines = ClockLines, .line = ClockLine, .json = ClocksJson});
}

int RunNodeList(const Invocation& invocation) {
  return Show(invocation, NodeLines, NodesJson);
}

int RunNodeShow(const Invocation& invocation, const std::string& name) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  std::vector<std::string> names;
  for (const NodeView& node : view->nodes) {
    names.push_back(node.name);
    if (node.name != name) continue;
    if (invocation.json) {
      std::printf("%s\n", NodeShowJson(*view, node).c_str());
    } else {
      PrintLines(NodeDetailLines(*view, node, Terminal()));
    }
    return kDone;
  }
  return Fail(invocation, "there is no node \"" + name + "\"" + DidYouMean(name, names));
}

int RunMeters(const Invocation& invocation, const MetersOptions& options) {
  return ShowOfTask(invocation, options, MeterLines, MeterLine, MetersJson);
}

int RunLatency(const Invocation& invocation, const MetersOptions& options) {
  return ShowOfTask(invocation, options, LatencyLines, LatencyLine, LatencyJson);
}

int RunSceneList(const Invocation& invocation) {
  return Show(invocation, SceneLines, ScenesJson);
}

int RunTaskList(const Invocation& invocation) {
  return Show(invocation, TaskLines, TasksJson);
}

}  // namespace continuo::coordinator::cli
