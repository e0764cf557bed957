// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "dsp/graph/description.h"
#include "proto/plan/shared_list.h"
#include "proto/session/tempo_map.h"
#include "proto/session/timeline.h"
#include "proto/wire/control_frames.h"
#include "proto/wire/event.h"

// What every node must run: the coordinator's word, the same for all nodes. Streams, SSRCs, routes and receivers are
// not in it: they follow from it (routes.h), so two nodes that hold the same plan cannot disagree about them. Of a
// large plan each node is given its part (part.h), from which the same follows for it as from the whole.

namespace continuo::plan {

/// What a live task heard is recorded under its name with this behind it; no output can have that name.
inline constexpr std::string_view kInputSuffix = ".input";

using NodeId = std::uint16_t;  ///< 1.. ; never used twice in the life of a coordinator's state
using dsp::TaskId;

inline constexpr int kMaxNetworks = 2;
enum class Network : std::uint8_t { kRed = 0, kBlue = 1 };

/// Where a node's audio socket is reached on one network. IPv4, host byte order.
struct Endpoint {
  std::uint32_t address = 0;
  std::uint16_t port = 0;
  bool operator==(const Endpoint&) const = default;
};

struct Node {
  NodeId id = 0;
  std::string name;
  FixedVector<Endpoint, kMaxNetworks>
      networks;  ///< index = Network; an endpoint of address 0 is absent
  bool operator==(const Node&) const = default;
};

/// How a replica comes to its task's state.
enum class Origin : std::uint8_t {
  kFounder,  ///< was there at the task's first packet
  kJoiner,   ///< takes a snapshot from a member, catches up, and is admitted (proto/replica)
};

/// What a replica does.
enum class Role : std::uint8_t {
  kCompute,
  kWitness,  ///< holds log and checkpoints of a task that has one computing replica, and resumes it when that one dies
};

struct Replica {
  NodeId node = 0;
  Incarnation incarnation = 0;
  Origin origin = Origin::kFounder;
  Role role = Role::kCompute;
  bool leaving = false;  ///< shall retire as soon as Task::wanted others are in sync
  bool operator==(const Replica&) const = default;
};

/// Replicas that a task may be asked to have: two seats are left for those that join while others leave.
inline constexpr int kMaxRedundancy = wire::kMaxMembers - 2;
/// Witnesses that a task with one computing replica has where there is room: a successor and a vice.
inline constexpr int kWitnesses = 2;

struct Task {
  dsp::TaskDescription description;
  std::uint16_t generation = 1;  ///< with the id it names the lineage
  std::uint32_t epoch = 1;       ///< fences replicas of older plans
  int wanted = 1;                ///< computing replicas in sync that the show asks for
  dsp::Span span;                ///< when it computes: a changed show begins and ends tasks
  /// When its wires were last changed, or will be; 0: never. Grows with the plans of a performance.
  MediaTime rewired = 0;
  /// How far ahead of now it closes its log and computes, if that is more than the promise (lead.h).
  Frames lead = 0;
  std::vector<Replica> replicas;  ///< leaving and joining ones included; by incarnation
  // In a part of a plan (part.h), else as here:
  bool foreign =
      false;      ///< no replica runs on the part's node: what the task is made of is left out
  int depth = 0;  ///< in the whole plan (routes.h)
  bool operator==(const Task&) const = default;
};

/// A place where sound leaves the cluster: one feed of a task's output, on one node.
struct Output {
  std::uint32_t id = 0;
  std::string name;  ///< of the feed: "a", "b" ...
  TaskId from = 0;
  NodeId node = 0;
  // A changed show moved it here from another task, as one wire is pulled out and another plugged in (dsp/graph).
  TaskId before = 0;    ///< what it played before `since`; 0: nothing else
  MediaTime since = 0;  ///< 0: it has always played `from`
  /// Sample n of the task is sample n + offset of the output, and leaves so much later: what aligns outputs of other
  /// ways, and delays a tower by the way of its sound.
  Frames offset = 0;
  bool operator==(const Output&) const = default;
};

/// All durations of the real-time protocol, in samples. Their meaning: README of proto/.
struct Timing {
  Frames playout = FramesOfMs(300);  ///< an output plays sample n this long after time n
  Frames promise = FramesOfMs(300);  ///< G: how far ahead of now a replica closes its log
  Frames silence =
      FramesOfMs(250);  ///< X: a fellow unheard for this long is excluded; also the stall fence
  Frames lead = FramesOfMs(350);        ///< earliest date of a command, from now
  Frames repair_after = FramesOfMs(4);  ///< age of a hole at which it is asked for again
  bool operator==(const Timing&) const = default;
};

/// n as a function of a monotonic clock: n = n0 + (t - t0) * rate / 1e9.
struct MediaTimeMap {
  std::uint32_t version = 0;
  std::uint64_t clock_id = 0;  ///< which clock t is of
  Nanoseconds t0 = 0;
  MediaTime n0 = 0;
  std::int32_t rate_hz = kSampleRate;
  bool operator==(const MediaTimeMap&) const = default;
};

struct Plan {
  std::uint64_t term = 0;     ///< of the coordinator that made it; an older term is refused
  std::uint32_t version = 0;  ///< grows by one with every plan
  /// Version of the first plan of this performance. A plan of the run that plays succeeds the one before at once and
  /// without a sound: it only says who computes, and who hears of it. 0: not dated yet.
  std::uint32_t run = 0;
  std::string show;  ///< name
  int quantum = 48;
  Timing timing;
  MediaTimeMap media;
  MediaTime start_n = 0;  ///< first sample; a multiple of quantum. 0: not dated yet, prepare only
  Frames length = 0;      ///< samples to play; 0: until further notice
  session::Segment session;  ///< in force at start_n (n0 is start_n once dated)
  session::TempoMarks tempo_marks;
  int deepest = 0;         ///< the greatest depth in the whole plan; 0: this is the whole plan
  int all_tasks = 0;       ///< as many tasks are in the whole plan; 0: this is the whole plan
  SharedList<Node> nodes;  ///< by id
  SharedList<Task>
      tasks;  ///< topological order: a wire's source comes before its target; conductor first
  SharedList<Output> outputs;
  bool operator==(const Plan&) const = default;
};

const Node* FindNode(const Plan& plan, NodeId id);
const Task* FindTask(const Plan& plan, TaskId id);
/// The one that goes on: an ending task may still have the name of the one that replaces it.
const Task* FindTask(const Plan& plan, std::string_view name);
/// The wires of an output's one port.
std::vector<dsp::Wire> WiresOf(const Output& output);

}  // namespace continuo::plan
