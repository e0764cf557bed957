// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/command_log.h"
#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/name_hints.h"
#include "coordinator/core/operation.h"
#include "coordinator/core/plan_archive.h"
#include "coordinator/core/show.h"
#include "coordinator/core/show_archive.h"
#include "proto/clock/media_map.h"
#include "proto/plan/plan.h"

// What must survive the coordinator. Rebuilt by replaying the journal; see coordinator.h.

namespace continuo::coordinator {

/// A node that has ever attached. Names are kept for ever, so that an id always means the same node.
struct NodeRecord {
  plan::NodeId id = 0;
  plan::Hello hello;            ///< its last
  ConnectionId connection = 0;  ///< 0: no stream
  bool dead = false;
  bool doubted = false;        ///< there was evidence of its death, and it has not been heard since
  std::uint64_t welcomed = 0;  ///< the last term that it was welcomed to; 0: to none
  bool drained = false;        ///< by an operator: it gets nothing new
  bool crowded = false;        ///< it is overfull, and operators were told that nothing can be done
  MediaTime lost_n =
      0;  ///< when it was last known to be there, if it has gone since; 0: it has not
  MediaTime trusted_n = 0;  ///< when a doubt about it was given up last: what it said before is old
  std::uint32_t prepared =
      0;  ///< version of the plan it said it has prepared or holds, or was sent since; 0: none
  bool operator==(const NodeRecord&) const = default;
};

struct EventRecord {
  Event event;
  dsp::TaskId task = 0;
  std::string text;  ///< for people
  Verdict verdict = Verdict::kNone;
  bool disputed =
      false;  ///< another replica said otherwise: beyond what is promised, two have gone on apart
  CommandId command = 0;  ///< that asked for it; 0: none, it follows from a changed show
  bool operator==(const EventRecord&) const = default;
};

/// What is known of a replica of the plan.
struct ReplicaRecord {
  dsp::TaskId task = 0;
  Incarnation incarnation = 0;
  plan::NodeId node = 0;
  plan::ReplicaState state = plan::ReplicaState::kInSync;  ///< kSubscribed: it joins
  bool unsure = false;       ///< its node was doubted, and has said nothing of it since
  bool diverged = false;     ///< its output is not that of its fellows
  bool heard = true;         ///< all who hear its task know of it; a newcomer: once they say so
  MediaTime n = 0;           ///< since when
  MediaTime leaving_n = 0;   ///< when it was asked to leave; 0: it was not
  std::int64_t cost_ns = 0;  ///< per frame, as measured while it plays; 0: it was not
  std::string error;         ///< kEmpty: why it could not join, or is given up
  bool operator==(const ReplicaRecord&) const = default;
};

struct OperationRecord {
  OperationId id = 0;
  OperationId parent = 0;  ///< the drain or rebalance that it is part of
  OperationKind kind = OperationKind::kMigrate;
  OperationPhase phase = OperationPhase::kWaiting;
  dsp::TaskId task = 0;                    ///< 0: drain and rebalance
  plan::Role role = plan::Role::kCompute;  ///< of the newcomer
  plan::NodeId from = 0;                   ///< of the old one; drain: the node
  plan::NodeId to = 0;                     ///< of the newcomer; 0: not chosen
  plan::NodeId wish = 0;                   ///< migrate: it shall be this node and no other
  Incarnation outgoing = 0, incoming = 0;
  int attempts = 0;                  ///< joins that were begun
  int failures_here = 0;             ///< of them, on `to`
  std::vector<plan::NodeId> barred;  ///< where it failed too often
  int replicas_before = 0;           ///< as many as were wanted; 0: that is not changed by it
  MediaTime at_n = 0;                ///< the old one leaves from here on
  MediaTime started_n = 0, ended_n = 0;
  Nanoseconds deadline = 0;  ///< when the phase is overdue, or goes on; 0: never by itself
  std::string text;          ///< what it is
  std::string note;          ///< what it waits for
  std::string verdict;
  bool operator==(const OperationRecord&) const = default;
};

/// Life of a show, as far as it is decided; playing and finished follow from the date (show_life.h).
enum class ShowState : std::uint8_t {
  kNone,
  kPreparing,
  kDated,
  kStopped,
  kFailed,
  kDark,  ///< it was lost with the power, and waits for its nodes (blackout.h)
};

struct ShowRecord {
  ShowState state = ShowState::kNone;
  Show show;
  std::string source;
  std::vector<ImportedAsset> assets;
  std::vector<Issue> warnings;
  std::string problem;       ///< kFailed: why
  std::string by;            ///< who applied it
  std::uint32_t again = 0;   ///< the version that comes back; 0: it is new
  CommandId command = 0;     ///< that is settled when it is dated; 0: it is
  Nanoseconds deadline = 0;  ///< kPreparing: when patience ends
  bool operator==(const ShowRecord&) const = default;
};

/// The show that plays is neither stopped nor replaced. It ends with the show.
struct ShowLock {
  bool on = false;
  std::string by;
  std::string reason;  ///< may be empty
  MediaTime n = 0;     ///< since when
  bool operator==(const ShowLock&) const = default;
};

/// What a show had come to that was lost with the power; kept until it is taken up again.
struct LostShow {
  plan::Plan plan;                         ///< its last
  std::vector<session::Segment> segments;  ///< of the session, as committed
  std::vector<EventRecord> events;         ///< committed
  MediaTime n = 0;                         ///< when it was found to be lost
  bool operator==(const LostShow&) const = default;
};

/// Its first sample had passed by then.
inline bool HasBegun(const LostShow& lost) {
  return lost.n > lost.plan.start_n;
}

/// What agents have told of a plan that only lost rows knew, until that is all of it (adoption.h).
struct HeldParts {
  std::vector<plan::Plan> parts;          ///< of one performance; no two are equal
  std::vector<dsp::TaskId> known;         ///< tasks of which they say what they are made of, by id
  std::vector<ConnectionId> connections;  ///< streams of those who have told, and wait
  bool operator==(const HeldParts&) const = default;
};

/// At which node each stream ended when it was looked for last. Looked at before it is believed, as NameHints are.
struct StreamHints {
  std::map<ConnectionId, plan::NodeId> nodes;
  bool operator==(const StreamHints&) const { return true; }
};

/// Where each task stood in the plan when it was looked for last; likewise.
struct TaskHints {
  std::map<dsp::TaskId, std::size_t> places;
  bool operator==(const TaskHints&) const { return true; }
};

struct Ledger {
  std::uint64_t term = 0;
  Started started;  ///< of this term
  plan::MediaTimeMap media;
  clock::MediaMap map;            ///< of grandmasters; empty where PTP is not followed
  std::vector<NodeRecord> nodes;  ///< by id, which counts from 1
  NameHints node_hints;           ///< of `nodes`
  Nanoseconds last_time = 0;      ///< of the last input, by the clock of `media`
  ShowRecord show;
  std::optional<LostShow> lost;  ///< kDark, and kPreparing after that
  HeldParts held_parts;
  ShowLock lock;
  ShowArchive versions;                 ///< of shows, also of performances that are over
  plan::Plan plan;                      ///< of the show, newest; version 0: none yet
  mutable StreamHints stream_hints;     ///< of `nodes`
  mutable plan::PartsMemory parts;      ///< of `plan`, when it was sent last; no part of the ledger
  mutable TaskHints task_hints;         ///< of `plan`
  PlanArchive plans;                    ///< all of this performance; empty until it is dated
  std::vector<ReplicaRecord> replicas;  ///< of the plan, by incarnation
  std::vector<OperationRecord> operations;  ///< by id; what ended long ago is forgotten
  OperationId last_operation = 0;
  CommandLog commands;              ///< of operators, as far as they had a key
  CommandId last_command = 0;       ///< of all; the one that is being recorded
  std::vector<EventRecord> events;  ///< of the plan, in the order they were issued: by number
  std::vector<Event> changes;       ///< those of the session that were committed
  std::uint32_t last_version = 0;
  Incarnation last_incarnation = 0;  ///< see NextIncarnation
  std::uint32_t last_event = 0;      ///< of this term
  bool operator==(const Ledger&) const = default;
};

/// For one more replica of that task. Packets carry its low 16 bits, which no two of a task have in common.
Incarnation NextIncarnation(Ledger& ledger, const plan::Task& task);

/// What a durable input does. Depends on nothing but its arguments.
Effects Record(Ledger& ledger, const Input& input);

/// When the journal takes no more: may this durable input be stepped all the same? True for what repeats itself after
/// a restart, so that nothing is lost with it: comings and goings of nodes that are on record, verdicts, a stop. False
/// for what would be forgotten: a new node's number, a show, an event, a plan.
bool MayGoUnrecorded(const Ledger& ledger, const Input& input);

NodeRecord* FindNode(Ledger& ledger, plan::NodeId id);
const NodeRecord* FindNode(const Ledger& ledger, plan::NodeId id);
const NodeRecord* FindNode(const Ledger& ledger, std::string_view name);
/// The node at the other end of that stream, or nullptr.
NodeRecord* NodeOfConnection(Ledger& ledger, ConnectionId connection);
const NodeRecord* NodeOfConnection(const Ledger& ledger, ConnectionId connection);

/// A new plan may count on it.
inline bool IsAvailable(const NodeRecord& node) {
  return node.connection != 0 && !node.dead && !node.doubted;
}

/// Version of the first plan of a performance, dated or not.
inline std::uint32_t FirstVersion(const plan::Plan& plan) {
  return plan.run != 0 ? plan.run : plan.version;
}
/// It has some plan of the performance that is on, or is about to.
inline bool HasPlan(const Ledger& ledger, const NodeRecord& node) {
  return node.prepared != 0 && node.prepared >= FirstVersion(ledger.plan);
}

}  // namespace continuo::coordinator
