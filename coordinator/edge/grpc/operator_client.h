// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/core/command.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/event_log.h"
#include "coordinator/core/input.h"
#include "coordinator/core/show_diff.h"
#include "coordinator/core/view.h"
#include "coordinator/edge/grpc/take_codec.h"

namespace continuo::coordinator {

/// A key that no other command has. Any thread.
CommandKey NewCommandKey();

/// The operator's side of continuo.v1.OperatorControl, in the core's words. Every call blocks. A failed one says in a
/// sentence why, and what to do; kUnavailable also when nobody answers. A command that has no key is given one; who
/// means to ask again with another call gives it one before.
class OperatorClient {
 public:
  /// `address`: host:port, or several with commas, of which one leads: it is found, and found again (operator_wire.h).
  explicit OperatorClient(const std::string& address);
  ~OperatorClient();

  /// A show that is wrong is a Reply with issues, not an error.
  absl::StatusOr<Reply> Apply(const ShowApplied& wish);
  absl::StatusOr<ShowDiff> Diff(const ShowApplied& wish);
  absl::StatusOr<Reply> Request(const RollbackRequested& wish);
  absl::StatusOr<Reply> Request(const LockRequested& wish);
  absl::StatusOr<Reply> Request(const ShowStopRequested& wish);
  /// Waits for the verdict, for as long as it takes.
  absl::StatusOr<Reply> Request(const EventRequested& wish);
  /// Answered when it is accepted, with the number of the operation and a sentence.
  absl::StatusOr<Reply> Request(const MoveRequested& wish);
  absl::StatusOr<Reply> Request(const DrainRequested& wish);
  absl::StatusOr<Reply> Request(const RebalanceRequested& wish);
  absl::StatusOr<Reply> Request(const ReplicasRequested& wish);
  absl::StatusOr<Reply> Request(const OperationCancelled& wish);
  absl::StatusOr<View> Look();
  /// Calls `seen` with a View every `period_ms` until it says false or the coordinator goes.
  absl::Status Watch(int period_ms, const std::function<bool(const View&)>& seen);
  /// What happened since the entry of that number; of more than `most` (1 to 5000) the newest.
  absl::StatusOr<LogPage> Log(std::uint64_t after, std::size_t most);
  absl::StatusOr<TakeTexts> GetTake();
  /// Who answered last, or is asked next.
  std::string address() const;

 private:
  class Wire;
  std::unique_ptr<Wire> wire_;
};

}  // namespace continuo::coordinator
