// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/handoff/leg_delay.h"
#include "dsp/base/fixed.h"
#include "dsp/base/units.h"
#include "proto/plan/link.h"
#include "proto/plan/node_limits.h"
#include "proto/stream/merge.h"

// What the audio thread tells about itself, several times a second, through a mailbox: values only.
// All counters grow from the start of the plan, unless they say otherwise.

namespace continuo::agent::handoff {

inline constexpr std::size_t kMaxReplicas = plan::kMaxReplicasOfNode;
inline constexpr int kMaxReceivedStreams = 160;  ///< of one node, channel groups counted apart
inline constexpr int kMaxOutputs = 16;           ///< of one node

/// How far a joiner has come by itself; what the shell knows of its snapshot is not in here.
struct JoinCounters {
  PacketIndex snapshot_next = 0;  ///< first packet that was not in what it learned; 0: nothing yet
  PacketIndex behind = 0;         ///< packets to the proven head of the members
  std::uint32_t catch_up_percent = 0;  ///< speed of catching up; 100: real time
  bool hash_equal = false;
  MediaTime in_sync_at = 0;  ///< first sample that is played; 0: not admitted yet
  const char* error = "";    ///< not empty: it failed. A sentence that lives for ever
};

struct ReplicaCounters {
  plan::TaskId task = 0;
  Incarnation incarnation = 0;
  plan::ReplicaState state = plan::ReplicaState::kEmpty;
  PacketIndex next = 0;
  std::uint32_t live_members = 0;
  std::uint64_t state_bytes =
      0;              ///< room that an image of it takes; of a witness: its checkpoint's bytes
  JoinCounters join;  ///< joiners only
  MediaTime retired_at = 0;  ///< kRetired: first sample it did not compute
  Frames gap = 0;            ///< resumed from a checkpoint: samples that came too late to be played
  std::uint64_t process_ns_max = 0;                 ///< since the last publication but one
  std::uint64_t process_ns_mean = 0;                ///< likewise
  FixedVector<float, plan::kMaxReadings> readings;  ///< as TaskBody::Read() gives them
};

struct LegCount {
  stream::Leg leg;
  plan::NodeId node = 0;
  std::uint64_t selected_last_s = 0;
  LegDelay delay;
};

struct StreamCounters {
  plan::TaskId task = 0;
  Frames needed_after = 0;  ///< ReceivedSpec::needed_after
  FixedVector<LegCount, stream::kMaxLegs> legs;
  std::uint64_t concealed = 0;
  std::uint64_t tainted = 0;
  std::uint64_t nacks = 0;
  std::uint64_t divergences = 0;
};

struct OutputCounters {
  std::uint32_t id = 0;
  MediaTime first_n = 0;
  Frames frames = 0;
  std::uint64_t concealed = 0;
  std::uint64_t tainted = 0;
  Frames margin_min = 0;
  bool finished = false;
};

struct Totals {
  std::uint64_t packets_sent = 0, packets_received = 0, packets_refused = 0;
  std::uint64_t nacks_sent = 0, nacks_answered = 0;
  std::uint64_t ticks = 0, ticks_skipped = 0;
};

struct Counters {
  std::uint64_t term = 0;
  std::uint32_t plan_version = 0;  ///< 0: nothing is playing
  MediaTime now = 0;
  Totals totals;
  FixedVector<ReplicaCounters, kMaxReplicas> replicas;
  FixedVector<StreamCounters, kMaxReceivedStreams> streams;
  FixedVector<OutputCounters, kMaxOutputs> outputs;
};

}  // namespace continuo::agent::handoff
