// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/view.h"

// The doors of the event loop, seen from the edges. Edges know only these; the shell stands behind them.

namespace continuo::coordinator {

/// Where edges bring what happened. Any thread; never blocks for long.
class Inbox {
 public:
  using What = decltype(Input::what);
  using OnReply = std::function<void(const Reply&)>;

  virtual ~Inbox() = default;
  /// This happened, now.
  virtual void Post(What what) = 0;
  /// Like Post for the inputs that have a `request`, which is filled in. `on_reply` is called exactly once, on the
  /// loop's thread (or on this one if the loop has ended): it must not block.
  virtual void Ask(What what, OnReply on_reply) = 0;
  /// The state of now; none if the loop has ended. Waits for the loop, a few milliseconds; not from the loop's own
  /// thread. Nothing that was done before this was called, here or by another coordinator that leads, is missing.
  virtual std::optional<View> Look() = 0;
  /// Look for who must not wait: a thread on which the loop itself may depend. `seen` is called exactly once, on the
  /// loop's thread or on this one, and must not block.
  virtual void LookLater(std::function<void(std::optional<View>)> seen) = 0;
  /// The same, for who needs another part of the state: `look` is called with it on the loop's thread, and must not
  /// take long. False if the loop has ended: then it is not called.
  virtual bool Inspect(const std::function<void(const State&, Nanoseconds now)>& look) = 0;
};

/// Where edges find the loop of now. A coordinator that leads has one; when it is deposed that one ends, and if it is
/// elected again it has another. Any thread; never blocks.
class Lobby {
 public:
  struct Visit {
    std::shared_ptr<Inbox> inbox;  ///< null: this coordinator does not lead
    std::string leader{};          ///< then: host:port of the one that does; empty: not known
  };

  virtual ~Lobby() = default;
  virtual Visit Enter() = 0;
  /// All that share their state, as far as is known, by address; empty: this is the only one, or that is not known yet.
  virtual std::vector<CoordinatorView> Coordinators() { return {}; }
  /// A number for a new attachment.
  virtual ConnectionId NewConnection() = 0;
};

/// The number under which an operator waits for the outcome of this input; nullptr if nobody can.
inline RequestId* RequestOf(Inbox::What& what) {
  return std::visit(
      [](auto& asked) -> RequestId* {
        if constexpr (requires { asked.request; }) return &asked.request;
        return nullptr;
      },
      what);
}

/// What an operator wants is dated from when the loop takes it up: behind a slow disk, or a loop that was stopped, it
/// may have waited longer than the lead. All else happened when it came.
inline void DateRequests(std::vector<Input>& batch, Nanoseconds now) {
  for (Input& input : batch) {
    if (RequestOf(input.what) != nullptr) input.time = now;
  }
}

/// The streams of the agents, seen from the loop. Called on the loop's thread; must not block.
class AgentStreams {
 public:
  virtual ~AgentStreams() = default;
  virtual void Send(ConnectionId connection, const plan::ToAgent& message) = 0;
  virtual void Close(ConnectionId connection) = 0;
};

}  // namespace continuo::coordinator
