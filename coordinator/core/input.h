// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "coordinator/core/show.h"
#include "proto/plan/link.h"
#include "proto/session/timeline.h"
#include "proto/wire/event.h"

// Everything that can happen to the coordinator, in the past tense. Step (coordinator.h) is a function of these
// alone.
//
// Two kinds. *Durable* inputs change the ledger (what must survive the coordinator): they are in the journal before
// any effect of theirs leaves, and replaying them rebuilds the ledger exactly. All others (beats, status, ticks)
// only change what is being watched and are forgotten with the process. IsDurable tells them apart.

namespace continuo::coordinator {

/// One attachment of an agent: the life of one stream. Never used twice by one process.
using ConnectionId = std::uint64_t;

/// One question of an operator that waits for a Reply. 0: nobody waits.
using RequestId = std::uint64_t;

/// The process started, with this machine's clock. Durable; the first input of every term, and what ends the one
/// before.
struct Started {
  std::uint64_t clock_id = 0;  ///< of the monotonic clock that stamps inputs
  MediaTime n = 0;  ///< the sample of now by CLOCK_TAI: used when there is no media-time map yet
  std::string build_id;
  std::string asset_address;  ///< host:port where this coordinator serves assets; empty: nowhere
  bool operator==(const Started&) const = default;
};

/// A message came over an agent's stream. Hello, PlanPrepared and VerdictReached are durable.
struct AgentSpoke {
  ConnectionId connection = 0;
  plan::FromAgent message;
};

/// The stream of an agent ended. Durable.
struct AgentLeft {
  ConnectionId connection = 0;
  bool operator==(const AgentLeft&) const = default;
};

/// A heartbeat arrived.
struct BeatHeard {
  std::string node;  ///< name
  plan::Network network = plan::Network::kRed;
};

/// Nobody hears the node and nobody hears from it. Concluded by the failure detector. Durable.
struct NodeDied {
  plan::NodeId node = 0;
  MediaTime last_heard = 0;
  bool operator==(const NodeDied&) const = default;
};

/// A node that had been called dead was heard again. Concluded by the failure detector. Durable.
struct NodeRecovered {
  plan::NodeId node = 0;
  bool operator==(const NodeRecovered&) const = default;
};

/// The nodes of the plan being prepared had long enough. Concluded by the core itself. Durable.
struct PreparationTimedOut {
  std::uint32_t version = 0;
  bool operator==(const PreparationTimedOut&) const = default;
};

/// An operator wants this show. Durable. Answered when it is dated, or cannot be played.
struct ShowApplied {
  RequestId request = 0;
  Show show;
  std::string source;                 ///< the YAML, for the take
  std::vector<ImportedAsset> assets;  ///< all that were imported without error
  bool operator==(const ShowApplied&) const = default;
};

/// An operator wants silence. Durable.
struct ShowStopRequested {
  RequestId request = 0;
  bool operator==(const ShowStopRequested&) const = default;
};

/// An operator wants something to change at a date. Durable. Answered when its verdict is known, or when it is
/// overdue.
struct EventRequested {
  RequestId request = 0;
  Command command = Command::kParam;
  std::string task;                    ///< name; ignored for commands of the session
  std::string param;                   ///< name; kParam only
  std::int64_t value = 0;              ///< as in Event::value; ignored for kLocate
  session::BarBeat locate_to;          ///< kLocate only
  std::optional<session::BarBeat> at;  ///< when; absent: as soon as the show's lead allows
};

/// Time went by. Every 10 ms or so.
struct TimerTicked {};

struct Input {
  Nanoseconds time = 0;  ///< of the monotonic clock named by Started, when it happened
  std::variant<Started, AgentSpoke, AgentLeft, BeatHeard, NodeDied, NodeRecovered,
               PreparationTimedOut, ShowApplied, ShowStopRequested, EventRequested, TimerTicked>
      what;
};

/// True if the input belongs into the journal.
bool IsDurable(const Input& input);

}  // namespace continuo::coordinator
