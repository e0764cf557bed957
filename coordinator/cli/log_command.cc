// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/log_text.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

void Pause(std::chrono::milliseconds duration) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable never;
  never.wait_for(lock, duration);
}

/// Prints what is new; remembers what was printed.
class Printer {
 public:
  explicit Printer(const Invocation& invocation) : invocation_(invocation) {}

  std::uint64_t last() const { return last_; }

  void Print(const LogPage& page) {
    const WallClock clock(page.now);
    if (term_ != 0 && page.term != term_) last_ = 0;  // it counts anew
    term_ = page.term;
    for (const LogEntry& entry : page.entries) {
      if (entry.number <= last_) continue;
      last_ = entry.number;
      // What a coordinator that was started again has from its journal was printed before.
      if (entry.n <= told_until_) continue;
      newest_ = std::max(newest_, entry.n);
      Say(entry, clock);
    }
    std::fflush(stdout);
  }
  /// The coordinator is gone; the next one tells from the beginning what it knows.
  void Lost() {
    last_ = 0;
    told_until_ = newest_;
  }

 private:
  void Say(const LogEntry& entry, const WallClock& clock) const {
    if (invocation_.json) {
      std::printf("%s\n", LogJson(entry, clock).c_str());
      return;
    }
    for (const std::string& line : LogLines(entry, clock, terminal_)) {
      std::printf("%s\n", line.c_str());
    }
  }

  const Invocation& invocation_;
  const Terminal terminal_;
  std::uint64_t term_ = 0, last_ = 0;
  MediaTime newest_ = 0, told_until_ = 0;
};

int Follow(const Invocation& invocation, OperatorClient& client, Printer& printer) {
  constexpr std::chrono::milliseconds kPeriod{300};
  constexpr std::size_t kMost = 5000;
  std::string told;
  while (std::ferror(stdout) == 0) {
    Pause(kPeriod);
    const auto page = client.Log(printer.last(), kMost);
    if (page.ok()) {
      printer.Print(*page);
      told.clear();
      continue;
    }
    if (page.status().code() != absl::StatusCode::kUnavailable) {
      return Fail(invocation, page.status());
    }
    if (told.empty()) printer.Lost();
    if (told != page.status().message()) {
      told = std::string(page.status().message());
      std::fprintf(stderr, "continuo: %s; waiting for it\n", told.c_str());
    }
  }
  return kDone;
}

}  // namespace

int RunLog(const Invocation& invocation, const LogOptions& options) {
  OperatorClient client(CoordinatorOf(invocation));
  const auto page = client.Log(0, options.last);
  if (!page.ok()) return Fail(invocation, page.status());
  Printer printer(invocation);
  printer.Print(*page);
  return options.follow ? Follow(invocation, client, printer) : kDone;
}

}  // namespace continuo::coordinator::cli
