// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/node_text.h"
#include "coordinator/cli/status_text.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::size_t kIncidentsShown = 8;
constexpr std::chrono::seconds kTryAgain{1};

void Print(const Lines& lines) {
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
}

/// Draws over what it drew before: no scrolling, no flicker. What does not fit on the terminal is left out, since a
/// line that has scrolled away cannot be drawn over.
class Screen {
 public:
  void Draw(Lines lines, const Terminal& terminal) {
    const std::size_t room = static_cast<std::size_t>(std::max(terminal.height() - 1, 2));
    if (lines.size() > room) {
      const std::size_t hidden = lines.size() - room + 1;
      lines.resize(room - 1);
      lines.push_back(terminal.Dim("... " + std::to_string(hidden) + " more lines"));
    }
    std::string frame;
    if (drawn_ > 0) frame += "\x1b[" + std::to_string(drawn_) + "A";
    for (const std::string& line : lines) frame += Cut(line, terminal.width() - 1) + "\x1b[K\n";
    frame += "\x1b[J";
    drawn_ = lines.size();
    std::fputs(frame.c_str(), stdout);
  }

 private:
  std::size_t drawn_ = 0;
};

void Pause() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, kTryAgain);
}

/// Until the person ends it: a coordinator that goes is waited for.
int Watch(const Invocation& invocation, int period_ms) {
  Screen screen;
  std::string told;
  while (true) {
    OperatorClient client(invocation.coordinator);
    const absl::Status end = client.Watch(period_ms, [&](const View& view) {
      told.clear();
      const Terminal terminal;  // each time: a person may have resized it
      if (invocation.json) {
        std::printf("%s\n", StatusJson(view).c_str());
      } else if (terminal.interactive()) {
        screen.Draw(StatusLines(view, terminal, kIncidentsShown), terminal);
      } else {
        std::printf("%s\n", StatusLine(view).c_str());
      }
      std::fflush(stdout);
      return std::ferror(stdout) == 0;
    });
    if (end.ok()) return kDone;  // nobody reads any more
    if (end.code() != absl::StatusCode::kUnavailable) return Fail(invocation, end);
    if (told != end.message()) {
      told = std::string(end.message());
      std::fprintf(stderr, "continuo: %s; waiting for it\n", told.c_str());
    }
    Pause();
  }
}

/// Asks once and prints one of the two forms.
template <typename Text, typename JsonText>
int Show(const Invocation& invocation, Text text, JsonText json) {
  OperatorClient client(invocation.coordinator);
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  if (invocation.json) {
    std::printf("%s\n", json(*view).c_str());
  } else {
    Print(text(*view, Terminal()));
  }
  return kDone;
}

}  // namespace

int RunStatus(const Invocation& invocation, const StatusOptions& options) {
  if (options.watch) return Watch(invocation, options.period_ms);
  const auto text = [](const View& view, const Terminal& terminal) {
    return StatusLines(view, terminal, kIncidentsShown);
  };
  return Show(invocation, text, StatusJson);
}

int RunNodeList(const Invocation& invocation) {
  return Show(invocation, NodeLines, NodesJson);
}

int RunNodeShow(const Invocation& invocation, const std::string& name) {
  OperatorClient client(invocation.coordinator);
  const auto view = client.Look();
  if (!view.ok()) return Fail(invocation, view.status());
  std::vector<std::string> names;
  for (const NodeView& node : view->nodes) {
    names.push_back(node.name);
    if (node.name != name) continue;
    if (invocation.json) {
      std::printf("%s\n", NodeShowJson(*view, node).c_str());
    } else {
      Print(NodeDetailLines(*view, node, Terminal()));
    }
    return kDone;
  }
  return Fail(invocation, "there is no node \"" + name + "\"" + DidYouMean(name, names));
}

int RunTaskList(const Invocation& invocation) {
  return Show(invocation, TaskLines, TasksJson);
}

}  // namespace continuo::coordinator::cli
