// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/watch_view.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

constexpr std::chrono::seconds kTryAgain{1};

/// Draws over what it drew before: no scrolling, no flicker. What does not fit on the terminal is left out, since a
/// line that has scrolled away cannot be drawn over.
class Screen {
 public:
  void Draw(std::vector<std::string> lines, const Terminal& terminal) {
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

void WaitToTryAgain() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, kTryAgain);
}

}  // namespace

int WatchView(const Invocation& invocation, int period_ms, const WatchedView& shown) {
  Screen screen;
  std::string told;
  while (true) {
    OperatorClient client(CoordinatorOf(invocation));
    const absl::Status end = client.Watch(period_ms, [&](const View& view) {
      told.clear();
      const Terminal terminal;  // each time: a person may have resized it
      if (invocation.json) {
        std::printf("%s\n", shown.json(view).c_str());
      } else if (terminal.interactive()) {
        screen.Draw(shown.lines(view, terminal), terminal);
      } else {
        std::printf("%s\n", shown.line(view).c_str());
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
    WaitToTryAgain();
  }
}

}  // namespace continuo::coordinator::cli
