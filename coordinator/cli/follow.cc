// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/follow.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "coordinator/cli/json_text.h"
#include "coordinator/cli/live_line.h"
#include "coordinator/cli/operation_text.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/grpc/operator_client.h"

namespace continuo::coordinator::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBetweenLooks{100};
constexpr std::chrono::seconds kPatience{10};
/// A newcomer's last figures may come a status later than the verdict.
constexpr std::chrono::seconds kFiguresPatience{1};

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

class Follower {
 public:
  Follower(const Invocation& invocation, OperationId operation, const Interrupt& interrupt)
      : invocation_(invocation),
        operation_(operation),
        cancel_{.operation = operation, .key = NewCommandKey()},
        interrupt_(interrupt),
        line_(stderr, Terminal(STDERR_FILENO)) {}

  int Run() {
    while (true) {
      // A new one each time while it is away: a connection that failed would wait before it is tried again.
      if (!client_ || away_since_) client_.emplace(CoordinatorOf(invocation_));
      if (interrupt_.requested() && !called_off_) CallOff();
      const auto view = client_->Look();
      const std::optional<int> end = view.ok() ? See(*view) : Miss(view.status());
      if (end) return *end;
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

 private:
  void CallOff() {
    const auto reply = client_->Request(cancel_);
    if (!reply.ok() && IsAway(reply.status())) return;  // when it is back
    called_off_ = true;
    line_.Say(reply.ok() ? reply->text : std::string(reply.status().message()));
  }

  std::optional<int> See(const View& view) {
    if (away_since_) line_.Say("the coordinator is back");
    away_since_.reset();
    const OperationView* operation = FindOperation(view, operation_);
    if (operation == nullptr) {
      return Fail(invocation_, "operation " + std::to_string(operation_) +
                                   " is not known to the coordinator any more");
    }
    if (operation->done && !AwaitsFigures(*operation)) return Tell(view, *operation);
    if (operation->done) return std::nullopt;
    const Standing standing = StandingOf(view, *operation);
    line_.Show(standing.phase, standing.text);
    return std::nullopt;
  }

  bool AwaitsFigures(const OperationView& operation) {
    if (!operation.ok || operation.incoming == 0 || operation.join.in_sync_at != 0) return false;
    if (!ended_) ended_ = Clock::now();
    return Clock::now() - *ended_ < kFiguresPatience;
  }

  /// The coordinator did not answer.
  std::optional<int> Miss(const absl::Status& status) {
    if (!IsAway(status)) return Fail(invocation_, status);
    const std::string number = std::to_string(operation_);
    if (!away_since_) {
      away_since_ = Clock::now();
      line_.Say("the coordinator at " + CoordinatorOf(invocation_) +
                " does not answer; operation " + number + " survives that; trying for " +
                std::to_string(kPatience.count()) + " s");
    } else if (Clock::now() - *away_since_ > kPatience) {
      return Fail(invocation_, "the coordinator at " + CoordinatorOf(invocation_) +
                                   " is still away; how operation " + number +
                                   " ends is in `continuo operation list` when it is back");
    }
    return std::nullopt;
  }

  int Tell(const View& view, const OperationView& operation) {
    line_.Clear();
    if (invocation_.json) {
      std::printf("%s\n", OperationJson(view, operation_).c_str());
    } else {
      for (const std::string& line : VerdictLines(view, operation, Terminal())) {
        std::printf("%s\n", line.c_str());
      }
    }
    return operation.ok ? kDone : kFailed;
  }

  const Invocation& invocation_;
  const OperationId operation_;
  const OperationCancelled cancel_;  // one command, however often it is asked
  const Interrupt& interrupt_;
  LiveLine line_;
  std::optional<OperatorClient> client_;
  std::optional<Clock::time_point> away_since_, ended_;
  bool called_off_ = false;
};

}  // namespace

int Follow(const Invocation& invocation, OperationId operation, const Interrupt& interrupt) {
  return Follower(invocation, operation, interrupt).Run();
}

}  // namespace continuo::coordinator::cli
