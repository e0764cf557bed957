// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "dsp/kernels/kernel.h"
#include "proto/plan/board_status.h"
#include "proto/plan/clock_status.h"
#include "proto/plan/part.h"
#include "proto/plan/plan.h"

// What coordinator and agent say to each other over the agent link, as plain values. The gRPC messages that carry
// them (continuo/v1/agent_link.proto) are translated at the edges; cores see only these.

namespace continuo::plan {

/// Grows when coordinator and agent would misunderstand each other. Both refuse another version.
inline constexpr std::uint32_t kLinkVersion = 4;

// ---- agent to coordinator ----

/// What a kernel costs on a node.
struct KernelCost {
  std::string kind;
  std::uint32_t ns_per_frame = 0;  ///< of a stereo instance, rounded up
  bool measured = false;           ///< on this machine; else what the kernel itself declares
  bool operator==(const KernelCost&) const = default;
};

/// The first message of an agent.
struct Hello {
  std::uint32_t link_version = kLinkVersion;
  std::string name;  ///< of the node; the same after a restart
  std::string build_id;
  std::uint64_t clock_id =
      0;  ///< of its monotonic clock: equal on processes of one boot of one machine
  Nanoseconds clock_now = 0;  ///< of that clock
  FixedVector<Endpoint, kMaxNetworks> networks;
  std::string asset_address;      ///< host:port where it serves assets and states; empty: nowhere
  bool can_output = false;        ///< may host outputs (it has --record or a device)
  bool can_compute = true;        ///< may host replicas
  std::string domain;             ///< what fails together; empty: the node itself
  std::uint32_t cores = 1;        ///< 0: for nothing but what the show keeps on it by name
  std::int64_t memory_bytes = 0;  ///< that replicas may take; 0: not known, and not a limit
  std::uint64_t heard_term = 0;   ///< of the newest coordinator that it has heard; 0: of none
  std::uint64_t held_term = 0;    ///< of the plan it is playing; 0: none
  std::uint32_t held_version = 0;
  std::vector<KernelCost> costs;  ///< by kind
  bool operator==(const Hello&) const = default;
};

/// The plan of that version is prepared (assets fetched, memory taken), or cannot be.
struct PlanPrepared {
  std::uint64_t term = 0;
  std::uint32_t version = 0;
  std::string error;  ///< empty: ready to play
};

struct VerdictReached {
  TaskId task = 0;
  EventId id = 0;
  Verdict verdict = Verdict::kNone;
};

/// Life of a replica (DESIGN: life of a replica), in the order in which a joiner goes through it.
enum class ReplicaState : std::uint8_t {
  kEmpty,  ///< no part of the task: not started, excluded, or its join failed
  kInSync,
  kTainted,
  kFenced,
  kSubscribed,  ///< joiner: receives inputs and the event log
  kSnapshot,    ///< joiner: a member's state is on its way
  kCatchUp,     ///< joiner: computes what the members have computed since
  kShadow,      ///< joiner: has caught up; its packets and state are compared, not played
  kWitness,     ///< holds the log and a checkpoint
  kRetired,     ///< left on purpose; answers repairs for a while
};
const char* ToString(ReplicaState state);

/// How far a joiner has come; zeros where it has not come to that yet.
struct JoinProgress {
  NodeId donor = 0;
  std::uint64_t snapshot_bytes = 0;  ///< received so far
  std::uint64_t snapshot_total = 0;
  PacketIndex snapshot_next = 0;       ///< first packet that the snapshot has not computed
  PacketIndex behind = 0;              ///< packets to the head of the members
  std::uint32_t catch_up_percent = 0;  ///< speed of catching up; 100: real time
  bool hash_equal = false;             ///< its state was equal to a member's at an aligned sample
  MediaTime in_sync_at = 0;            ///< admitted: its packets are played from this sample on
  std::string error;                   ///< not empty: it failed; a sentence
  bool operator==(const JoinProgress&) const = default;
};

/// Values that the kernel of one replica measures, at most.
inline constexpr int kMaxReadings = dsp::kMaxReadings;

/// The device that an output plays on as well, beside the recorder, or that a live task hears. Counted since the node
/// took the output or the task.
struct DeviceStatus {
  std::string name;  ///< such as "jack:default"; empty: it has none
  bool running = false;
  Frames latency =
      0;  ///< samples from the date of a sample until it leaves there; of an input: from when it sounded until its
          ///< date is over. 0: not known yet
  std::uint64_t losses = 0;   ///< times that the device went away
  std::uint64_t xruns = 0;    ///< times that the device says that it has lost time
  std::uint64_t starved = 0;  ///< times that the cluster had nothing for it in time
  std::uint64_t slips = 0;    ///< times that the two clocks were brought together
  Frames skipped = 0;         ///< samples that were left out by that
  Frames repeated = 0;        ///< samples that were played twice by that
  bool guarding = false;      ///< the output guard changes what passes, at present
  std::uint64_t refused = 0;  ///< samples that were no numbers, or 24 dB over full scale
  std::uint64_t over = 0;     ///< samples (of all channels at once) that were over full scale
  std::uint64_t dc = 0;       ///< times that a channel had DC
  std::string error;          ///< why it does not play; a sentence
  Frames silent = 0;  ///< input: samples of silence, because the device had given nothing for them
  bool operator==(const DeviceStatus&) const = default;
};

struct ReplicaStatus {
  TaskId task = 0;
  Incarnation incarnation = 0;
  ReplicaState state = ReplicaState::kEmpty;
  PacketIndex next =
      0;  ///< first packet not computed; of a witness: first packet after its checkpoint
  std::uint32_t live_members = 0;
  std::uint64_t state_bytes = 0;  ///< of its last snapshot or checkpoint, 0: none was taken
  JoinProgress join;              ///< joiners only
  MediaTime retired_at = 0;       ///< kRetired: first sample it did not compute
  Frames gap = 0;  ///< resumed from a checkpoint: samples that came too late to be played
  std::uint64_t process_ns_max = 0;  ///< longest computation of a packet in the last second
  std::uint64_t process_ns_mean = 0;
  std::vector<float> readings;  ///< what its kernel measures, in the kernel's order; may be empty
  DeviceStatus device;          ///< that it hears, of a live task
};

struct LegStatus {
  Incarnation incarnation = 0;
  Network network = Network::kRed;
  NodeId node = 0;                                                   ///< who sends on it
  std::uint64_t received = 0, selected = 0, late = 0, repaired = 0;  ///< since the start
  std::uint64_t selected_last_s = 0;
  // How late its copies came: samples from the end of a packet's last sample until the audio thread took it in. Below
  // 0: before it was over. Those that were asked for again, are flagged or a joiner's say nothing.
  bool measured = false;   ///< some came in the last half minute
  bool fresh = false;      ///< some came in the last second
  Frames delay_mean = 0;   ///< of the last half minute to a minute
  Frames delay_worst = 0;  ///< likewise
  Frames delay_now = 0;    ///< the worst of the last second or two
};

/// One received stream as one consumer node sees it.
struct StreamStatus {
  TaskId task = 0;  ///< whose output it is
  /// Its safe offset: who needs it first on this node goes on without a packet so many samples after its end. 0: nobody
  /// needs it here.
  Frames needed_after = 0;
  std::vector<LegStatus> legs;
  std::uint64_t concealed = 0;  ///< packets that were missing at their deadline
  std::uint64_t tainted = 0;    ///< packets used although flagged
  std::uint64_t nacks = 0;
  std::uint64_t divergences = 0;
};

struct OutputStatus {
  std::uint32_t id = 0;
  MediaTime first_n = 0;
  Frames frames = 0;            ///< handed to the recorder so far
  std::uint64_t concealed = 0;  ///< packets
  std::uint64_t tainted = 0;
  Frames margin_min =
      0;  ///< closest approach of a selected packet to its deadline; may be negative
  bool finished = false;  ///< length reached and everything written
  std::string error;      ///< for example: the disk is full
  DeviceStatus device;
};

struct Status {
  MediaTime now = 0;
  std::uint32_t plan_version = 0;  ///< of the plan that its audio thread plays; 0: none
  std::vector<ReplicaStatus> replicas;
  std::vector<StreamStatus> streams;
  std::vector<OutputStatus> outputs;
  std::uint64_t packets_sent = 0, packets_received = 0, packets_refused = 0;
  std::uint64_t nacks_sent = 0, nacks_answered = 0;
  std::uint64_t stalls = 0;  ///< seen by the watchdog
  Nanoseconds stall_max = 0;
  bool realtime = false;  ///< the audio thread got SCHED_FIFO
  ClockStatus clock;
  BoardStatus board;
};

enum class IncidentKind : std::uint8_t {
  kDivergence,
  kConcealed,
  kTainted,
  kFenced,
  kReturned,
  kExcluded,
  kOutputError,
  kStall,
  kOverrun,
  kJoined,         ///< a replica is in sync from sample n on
  kRetired,        ///< a replica left on purpose; n: first sample it did not compute
  kJoinFailed,     ///< a replica could not join; `text` says why
  kHashDiffers,    ///< a joiner's state was not equal to a member's
  kResumed,        ///< a task was taken up again from a checkpoint
  kStateRefused,   ///< the state that node `differing` gave does not help; another one is asked
  kDeviceStarted,  ///< an output plays on its device
  kDeviceLost,     ///< the device of an output is gone; it is tried again
  kDeviceUneven,   ///< xruns, starvation, slips: what left the device is not in one piece
  kGuarded,        ///< the output guard has kept something from a device
  kNotKept,        ///< a node cannot write down what it plays; the music is not concerned
  // Of clocks; concluded by the coordinator:
  kHoldover,      ///< a clock follows nobody
  kStrangeClock,  ///< the grandmaster is none of those that may be followed
  kPtpSilent,     ///< ptp4l does not answer
  kClockWell,     ///< one of these is over
  // Of the margins of legs; concluded by the coordinator as well:
  kMarginLow,   ///< what comes on a leg comes nearly too late
  kMarginWell,  ///< that is over
};
const char* ToString(IncidentKind kind);
/// What somebody has asked for and hopes to read.
constexpr bool IsWanted(IncidentKind kind) {
  return kind == IncidentKind::kJoined || kind == IncidentKind::kRetired ||
         kind == IncidentKind::kDeviceStarted || kind == IncidentKind::kClockWell ||
         kind == IncidentKind::kMarginWell;
}

/// Something the operator is told at once.
struct Incident {
  IncidentKind kind = IncidentKind::kDivergence;
  TaskId task = 0;
  MediaTime n = 0;
  NodeId kept = 0;  ///< divergence: who sent the copy that was kept
  NodeId differing =
      0;  ///< divergence: who sent the other; excluded: who was; state refused: the donor
  std::string text;
  Incarnation incarnation = 0;  ///< of the replica that it is about; 0: of none
};

/// Answer to a Welcome without a node. A plan of version 0: none is played any more.
struct PlanHeld {
  std::uint64_t term = 0;  ///< the newest that was heard
  Plan plan;
};

using FromAgent = std::variant<Hello, PlanPrepared, VerdictReached, Status, Incident, PlanHeld>;

// ---- coordinator to agent ----

/// Answer to Hello.
struct Welcome {
  std::uint64_t term = 0;
  /// 0: the coordinator has lost what Hello says is played, and with it who plays it. PlanHeld tells it; then the
  /// stream ends, and the agent attaches anew. Its term may be older than what the agent has heard.
  NodeId node = 0;
};
struct Refusal {
  std::string reason;  ///< a sentence for a person, with what to do
};
/// Where a node serves its assets and the states of its replicas: Hello::asset_address.
struct Peer {
  NodeId node = 0;
  std::string address;  ///< host:port
  bool operator==(const Peer&) const = default;
};

/// Reconcile to this plan. With start_n == 0: prepare only, and answer PlanPrepared. The same version again with
/// start_n set: play from start_n. A dated plan of the run that plays, with a higher version, succeeds it at once.
struct PlanSent {
  Plan plan;
  SharedList<std::string>
      asset_sources;  ///< host:port of those who may hold its assets, best first
  SharedList<Peer>
      peers;  ///< by node: where a joiner may ask for a state; who serves nothing is not in it
  // Never on the wire. Of a large plan `to` is sent its part only, which is made when it is written (ForItsNode).
  NodeId to = 0;
  std::shared_ptr<const Parts> parts = nullptr;
};
/// What goes over the wire of it: `sent` as it is, or the part of `to` and what of the rest goes with it.
PlanSent ForItsNode(const PlanSent& sent);
/// Hand this to your replica of the task. Repeated until a verdict is known.
struct EventSubmitted {
  std::uint64_t term = 0;
  TaskId task = 0;
  Event event;
};
/// Stop playing: forget the plan.
struct ShowStopped {
  std::uint64_t term = 0;
};

using ToAgent = std::variant<Welcome, Refusal, PlanSent, EventSubmitted, ShowStopped>;

}  // namespace continuo::plan
