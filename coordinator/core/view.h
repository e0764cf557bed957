// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/operation.h"
#include "coordinator/core/show.h"
#include "proto/plan/link.h"
#include "proto/session/timeline.h"

// What `status`, `node list` and `task list` show: a copy, made on the event loop and then shared freely. Everything
// is in a fixed order (nodes and tasks by id, events by number), so two views of the same state are equal.

namespace continuo::coordinator {

enum class Liveness : std::uint8_t {
  kDetached,  ///< no stream and no beats
  kAlive,
  kSuspect,  ///< three beats missed, or the stream ended: may come back
  kDead,     ///< six beats missed and nobody receives anything from it
};
const char* ToString(Liveness liveness);

struct NodeView {
  plan::NodeId id = 0;
  std::string name;
  std::string domain;
  std::string build_id;
  std::string asset_address;
  FixedVector<plan::Endpoint, plan::kMaxNetworks> networks;
  std::array<bool, plan::kMaxNetworks> beats_heard = {};  ///< by network, in the last 150 ms
  Liveness liveness = Liveness::kDetached;
  bool attached = false;
  bool can_output = false, can_compute = false;
  bool drained = false;     ///< gets nothing new
  bool in_plan = false;     ///< hosts a replica or an output of the plan
  bool holds_plan = false;  ///< said so when it attached, or was sent it since
  bool prepared = false;
  std::uint32_t cores = 1;
  std::int64_t load_ppm = 0;               ///< of its audio thread's budget, as placed
  std::optional<plan::Status> status;      ///< its last
  MediaTime status_n = 0;                  ///< when that came
  std::vector<Nanoseconds> clock_offsets;  ///< ClockWatch::OffsetsOf
};

struct ReplicaView {
  plan::NodeId node = 0;
  std::string node_name;
  Incarnation incarnation = 0;
  plan::ReplicaState state = plan::ReplicaState::kEmpty;  ///< last known
  plan::Origin origin = plan::Origin::kFounder;
  plan::Role role = plan::Role::kCompute;
  bool leaving = false;
  bool live = false;  ///< its node is neither dead nor detached: `state` is news, not history
  PacketIndex next = 0;
  plan::JoinProgress join;        ///< joiners
  std::uint64_t state_bytes = 0;  ///< of its last snapshot or checkpoint
  Frames gap = 0;                 ///< resumed from a checkpoint: samples that came too late
  std::uint64_t process_ns_mean = 0, process_ns_max = 0;
  std::uint64_t selected = 0;         ///< packets of its that were used since it began, over all
                                      ///< receivers that still know it
  std::uint64_t selected_last_s = 0;  ///< packets of its, over all receivers and networks
  std::vector<float> readings;        ///< what its kernel measures, in the kernel's order
  plan::DeviceStatus device;          ///< that it hears, of a live task
};

struct TaskView {
  dsp::TaskId id = 0;
  std::string name;
  std::string kind;
  std::vector<dsp::TaskId> inputs;  ///< tasks that it hears, of wires that are there to stay
  int wanted = 0;                   ///< computing replicas
  int in_sync = 0;                  ///< live and in sync
  std::vector<ReplicaView> replicas;
  std::uint64_t concealed = 0, tainted = 0,
                divergences = 0;  ///< packets of its stream, over all receivers
};

struct OutputView {
  std::uint32_t id = 0;
  std::string name;
  std::string from;
  plan::NodeId node = 0;
  std::string node_name;
  bool live = false;
  plan::OutputStatus status;
};

struct EventView {
  Event event;
  dsp::TaskId task = 0;
  std::string text;  ///< "bass cutoff = 800", "tempo 120 bpm"
  Verdict verdict = Verdict::kNone;
};

struct IncidentView {
  MediaTime n = 0;  ///< when it was reported
  std::string node;
  plan::Incident incident;
};

/// A stretch in which a task had fewer in-sync replicas than it should have.
struct RedundancyGap {
  dsp::TaskId task = 0;
  MediaTime from_n = 0;
  MediaTime to_n = 0;  ///< 0: not restored
};

struct OperationView {
  OperationId id = 0;
  OperationId parent = 0;  ///< the drain or rebalance that it is part of; 0: none
  OperationKind kind = OperationKind::kMigrate;
  OperationPhase phase = OperationPhase::kWaiting;
  std::string text;      ///< "move bass from pi-1 to pi-3"
  std::string task;      ///< name; empty for drain and rebalance
  std::string from, to;  ///< names of nodes; empty: none, or not chosen yet
  std::string note;      ///< what it waits for, or why it tries again; a sentence, may be empty
  Incarnation incoming = 0, outgoing = 0;
  plan::ReplicaState incoming_state = plan::ReplicaState::kEmpty;
  plan::JoinProgress join;        ///< of the newcomer
  int attempts = 0;               ///< joins that were begun
  int moves = 0, moves_done = 0;  ///< drain and rebalance
  std::string
      kernel_class;  ///< "exact": the newcomer begins with the whole state; "settled": it runs beside its
                     ///< fellows until it is equal; empty for drain and rebalance
  MediaTime at_n = 0;  ///< the old one leaves from here on; 0: as soon as it may
  MediaTime started_n = 0;
  MediaTime ended_n = 0;  ///< 0: it goes on
  bool done = false;      ///< it has a verdict
  bool ok = false;        ///< the verdict is kDone
  std::string verdict;    ///< a sentence; empty until then
};

enum class ShowPhase : std::uint8_t {
  kIdle,       ///< no show
  kPreparing,  ///< agents fetch assets and take memory
  kDated,      ///< starts at start_n
  kPlaying,
  kFinished,  ///< its length has been played
  kStopped,   ///< by an operator
  kFailed,    ///< could not be prepared
};
const char* ToString(ShowPhase phase);

struct ShowView {
  ShowPhase phase = ShowPhase::kIdle;
  std::string name;
  std::string problem;  ///< kFailed: why
  std::string source;   ///< the YAML
  std::vector<ImportedAsset> assets;
};

/// A show that was played, as it was applied.
struct ShowVersionView {
  std::uint32_t number = 0;
  MediaTime n = 0;   ///< when it was decided
  std::string by;    ///< who asked
  std::string show;  ///< name
  int tasks = 0;
  std::string text;  ///< what it changed; may have several lines
};

struct ShowLockView {
  std::string by;
  std::string reason;  ///< may be empty
  MediaTime n = 0;     ///< since when
};

struct SceneView {
  std::string name;
  int tasks = 0;     ///< that it concerns
  int settings = 0;  ///< of all of them
};

struct SessionView {
  static constexpr std::size_t kMostSegments = 16;

  session::Segment segment;                ///< in force now
  std::vector<session::Segment> segments;  ///< the last ones known, those to come among them, by n0
  session::BarBeat position;
  session::Ticks tick = 0;
};

/// One of several coordinators that share their state, and is there.
struct CoordinatorView {
  std::string address;  ///< host:port
  bool leads = false;
};

struct View {
  std::uint64_t term = 0;
  std::vector<CoordinatorView>
      coordinators;  ///< by address; empty: one alone. Of the edge, not of the ledger
  MediaTime now = 0;
  Nanoseconds stall_max = 0;    ///< longest time this coordinator itself stood still
  std::string journal_trouble;  ///< empty: new commands are taken; else why they are refused
  ShowView show;
  std::vector<ShowVersionView> versions;  ///< oldest first; of what plays, the last
  std::optional<ShowLockView> lock;       ///< of the show that plays
  std::vector<SceneView> scenes;          ///< of what plays, in the order of the show
  SessionView session;
  plan::Plan plan;  ///< version 0: none
  std::vector<std::shared_ptr<const plan::Plan>>
      plans;  ///< all dated versions of this performance, oldest first; the last equals `plan`
  std::vector<NodeView> nodes;
  std::vector<TaskView> tasks;
  std::vector<OutputView> outputs;
  std::vector<EventView> events;
  std::vector<IncidentView> incidents;  ///< the last few hundred
  std::vector<RedundancyGap> gaps;
  std::vector<OperationView> operations;  ///< oldest first; those that ended long ago are forgotten
  plan::ClockStatus clock;                ///< of the coordinator itself
  std::vector<Nanoseconds> clock_offsets;  ///< of that
};

}  // namespace continuo::coordinator
