// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "coordinator/core/command.h"
#include "coordinator/core/operation.h"
#include "coordinator/core/show.h"
#include "proto/clock/media_map.h"
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
  /// What kernels are believed to take on nodes that have not measured them: no kind twice. Handed in, so that a
  /// journal means the same to a build whose kernels have become faster.
  std::vector<plan::KernelCost> costs{};
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
  std::string by{};                   ///< who asks, for people
  std::uint32_t again = 0;  ///< the version that comes back; the core's own, of a RollbackRequested
  CommandKey key{};
  bool operator==(const ShowApplied&) const = default;
};

/// An operator wants an earlier version of the show back. Durable. Answered like ShowApplied.
struct RollbackRequested {
  RequestId request = 0;
  std::uint32_t number = 0;  ///< of the version (show_archive.h); 0: the one before the last
  std::string by;
  CommandKey key{};
  bool operator==(const RollbackRequested&) const = default;
};

/// An operator wants the show that plays to be neither stopped nor replaced (`on`), or allows it again. Durable.
/// Answered at once.
struct LockRequested {
  RequestId request = 0;
  bool on = true;
  std::string by;
  std::string reason;  ///< may be empty
  CommandKey key{};
  bool operator==(const LockRequested&) const = default;
};

/// An operator wants silence. Durable.
struct ShowStopRequested {
  RequestId request = 0;
  std::string by{};
  CommandKey key{};
  bool operator==(const ShowStopRequested&) const = default;
};

/// An operator wants something to change at a date. Durable. Answered when its verdict is known, or when it is
/// overdue.
struct EventRequested {
  RequestId request = 0;
  Command command = Command::kParam;
  std::string task;                    ///< name; ignored for commands of the session
  std::string param;                   ///< name; kParam only
  std::int64_t value = 0;              ///< as in Event::value; ignored for kLocate and kScene
  session::BarBeat locate_to;          ///< kLocate only
  std::optional<session::BarBeat> at;  ///< when; absent: as soon as the show's lead allows
  std::string scene{};                 ///< name; kScene only
  CommandKey key{};
};

/// An operator wants a replica of a task to run elsewhere. Durable. Answered at once with the number of the operation,
/// or why not.
struct MoveRequested {
  RequestId request = 0;
  std::string task;                    ///< name
  std::string to;                      ///< node's name; empty: the best one
  std::string from;                    ///< node's name; empty: the replica that is missed least
  std::optional<session::BarBeat> at;  ///< the old replica begins to leave then; absent: at once
  CommandKey key{};
};

/// An operator wants a node to host nothing (`on`), or allows it again. Durable. Answered at once.
struct DrainRequested {
  RequestId request = 0;
  std::string node;  ///< name
  bool on = true;
  CommandKey key{};
  bool operator==(const DrainRequested&) const = default;
};

/// An operator wants work spread evenly, or to see how it would be. Durable. Answered at once with the moves.
struct RebalanceRequested {
  RequestId request = 0;
  bool dry_run = false;  ///< only say which moves it would take
  CommandKey key{};
  bool operator==(const RebalanceRequested&) const = default;
};

/// An operator wants a task to have that many replicas, until the show ends. Durable. Answered at once.
struct ReplicasRequested {
  RequestId request = 0;
  std::string task;  ///< name
  int replicas = 0;
  CommandKey key{};
  bool operator==(const ReplicasRequested&) const = default;
};

/// An operator calls an operation off. Durable. Answered at once.
struct OperationCancelled {
  RequestId request = 0;
  OperationId operation = 0;
  CommandKey key{};
  bool operator==(const OperationCancelled&) const = default;
};

/// There is first evidence that a node has died: its beats stop, and its stream has ended or its fellows have excluded
/// it. Its replicas are replaced; should it be alive all the same, that can be taken back. Concluded by the watch.
/// Durable.
struct NodeDoubted {
  plan::NodeId node = 0;
  MediaTime last_heard = 0;
  bool operator==(const NodeDoubted&) const = default;
};

/// A replica is in another state than the ledger has it in. Concluded by the watch from what its node says. Durable.
struct ReplicaChanged {
  dsp::TaskId task = 0;
  Incarnation incarnation = 0;
  plan::ReplicaState state =
      plan::ReplicaState::kEmpty;  ///< of a retired one: it need not linger any longer
  MediaTime n =
      0;  ///< when; kInSync of a joiner: its packets are played from here on; kRetired: first it left out
  std::string error;  ///< kEmpty: why it could not join
  bool more =
      false;  ///< another one follows at once: what is to be done is decided when all are known
  bool heard = false;  ///< a newcomer in sync: all who are to hear it know of it
  bool operator==(const ReplicaChanged&) const = default;
};

/// Receivers got copies of this replica that differ from those of its fellows, again and again: its state is not
/// theirs. Concluded by the watch. Durable.
struct ReplicaDiverged {
  dsp::TaskId task = 0;
  Incarnation incarnation = 0;
  MediaTime n = 0;  ///< of the last of those packets
  bool operator==(const ReplicaDiverged&) const = default;
};

/// What a replica was measured at.
struct MeasuredCost {
  dsp::TaskId task = 0;
  Incarnation incarnation = 0;
  std::int64_t ns_per_frame = 0;
  bool operator==(const MeasuredCost&) const = default;
};

/// What the replicas of a node take has differed for a while from what was known of it. Concluded by the watch.
/// Durable.
struct LoadMeasured {
  plan::NodeId node = 0;
  std::vector<MeasuredCost> costs;
  bool operator==(const LoadMeasured&) const = default;
};

/// What an operation waits for is overdue, or the date has come at which it goes on. Concluded by the watch. Durable.
struct OperationTimedOut {
  OperationId operation = 0;
  bool operator==(const OperationTimedOut&) const = default;
};

/// Nobody computes the show that plays, and nobody can go on with it: the power was gone. Concluded by the watch.
/// Durable.
struct ShowLost {
  std::uint32_t version = 0;  ///< of the plan
  bool operator==(const ShowLost&) const = default;
};

/// The date of the show left later than was thought when it was chosen: to write it down took too long. Durable.
struct DateMissed {
  std::uint32_t version = 0;  ///< of the plan
  bool operator==(const DateMissed&) const = default;
};

/// Nobody is likely to tell more of a plan that is put together from parts. Concluded by the watch. Durable.
struct PartsDue {
  bool operator==(const PartsDue&) const = default;
};

/// A show that was lost is to be taken up with the nodes that are here. Concluded by the watch. Durable.
struct ResumeDue {
  std::uint32_t version = 0;  ///< last one that any plan had
  bool operator==(const ResumeDue&) const = default;
};

/// How the coordinator's own clock stands. A few times a second where it follows PTP.
struct ClockSeen {
  plan::ClockStatus status;
};

/// What the time of a grandmaster means: measured by this coordinator, or heard of from agents who know more than the
/// journal. Nobody is told what is not in the journal. Durable.
struct MapLearned {
  std::vector<clock::MapEntry> entries;  ///< by version; what is known already counts for nothing
  bool operator==(const MapLearned&) const = default;
};

/// Time went by. Every 10 ms or so.
struct TimerTicked {};

struct Input {
  Nanoseconds time = 0;  ///< of the monotonic clock named by Started, when it happened
  std::variant<Started, AgentSpoke, AgentLeft, BeatHeard, NodeDied, NodeRecovered,
               PreparationTimedOut, ShowApplied, ShowStopRequested, EventRequested, TimerTicked,
               MoveRequested, DrainRequested, RebalanceRequested, ReplicasRequested,
               OperationCancelled, NodeDoubted, ReplicaChanged, ReplicaDiverged, OperationTimedOut,
               LoadMeasured, RollbackRequested, LockRequested, ShowLost, ResumeDue, ClockSeen,
               MapLearned, DateMissed, PartsDue>
      what;
};

/// True if the input belongs into the journal.
bool IsDurable(const Input& input);

}  // namespace continuo::coordinator
