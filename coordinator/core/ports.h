// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
  /// A number for a new attachment.
  virtual ConnectionId NewConnection() = 0;
  /// This happened, now.
  virtual void Post(What what) = 0;
  /// Like Post for the inputs that have a `request`, which is filled in. `on_reply` is called exactly once, on the
  /// loop's thread (or on this one if the loop has ended): it must not block.
  virtual void Ask(What what, OnReply on_reply) = 0;
  /// The state of now. Waits for the loop, a few milliseconds; not from the loop's own thread.
  virtual View Look() = 0;
};

/// The streams of the agents, seen from the loop. Called on the loop's thread; must not block.
class AgentStreams {
 public:
  virtual ~AgentStreams() = default;
  virtual void Send(ConnectionId connection, const plan::ToAgent& message) = 0;
  virtual void Close(ConnectionId connection) = 0;
};

/// A show as it is handed in: the text of its file, and the folder (on the coordinator's machine) its paths start
/// from.
struct ShowText {
  std::string yaml;
  std::string folder;
  Frames length = 0;  ///< overrides the show's, if not 0
};

/// `show check` and `show apply`: reads the text, imports its assets, checks all of it. Any thread; takes as long as
/// the import takes.
class ShowDesk {
 public:
  using OnProgress = std::function<void(std::string_view line)>;

  virtual ~ShowDesk() = default;
  /// Everything that is wrong, or only warnings if it could play on the fleet of now.
  virtual std::vector<Issue> Check(const ShowText& text, const OnProgress& on_progress) = 0;
  /// Check, then play. `on_reply` as for Inbox::Ask.
  virtual void Apply(const ShowText& text, const OnProgress& on_progress,
                     Inbox::OnReply on_reply) = 0;
  /// The canonical bytes of an asset, or an empty string if this coordinator does not have it.
  virtual std::string ReadAsset(std::string_view hash) = 0;
};

}  // namespace continuo::coordinator
