// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "coordinator/core/view.h"
#include "proto/plan/plan.h"

// Who is alive? Beats come every 50 ms on every network. A beat counts as missed only when no network brought one.
// Three misses make a node suspect; six make it dead only together with evidence: no receiver gets its packets any
// more, or its stream ended. Where nobody receives from it (it plays an output, or no show is on) and its stream is
// open there is no evidence to be had, and forty misses it takes: a machine that stood still for half a second would
// else cost a show that is being prepared. A beat, whenever it comes, makes it alive.
//
// The detector cannot tell a silent cluster from a deaf coordinator. So it watches itself first: time in which it
// was not called is time in which it could not hear, and is held against nobody.
//
// Nothing on the audio path waits for this; a wrong "dead" costs a spare's work, never sound.

namespace continuo::coordinator {

inline constexpr Nanoseconds kBeatPeriod = 50'000'000;
inline constexpr int kMissesSuspect = 3;
inline constexpr int kMissesDead = 6;
inline constexpr int kMissesUnwitnessed = 40;
/// Tick() is due far more often; a gap above this means that this process itself stood still.
inline constexpr Nanoseconds kOwnStall = 2 * kBeatPeriod;
/// All nodes at once are silent for that long: they have not all died.
inline constexpr Nanoseconds kSilenceOfAll = 600'000'000;
/// From attaching to the first beat: a socket has to connect.
inline constexpr Nanoseconds kFirstBeatGrace = 1'000'000'000;

/// Receivers report once a second or more often; what is older than this is no testimony.
inline constexpr Nanoseconds kReportForgotten = 3'000'000'000;

/// How much a receiver has had from one sender, in packets since some beginning.
struct ReceivedCount {
  plan::NodeId sender = 0;
  std::uint64_t packets = 0;
};

class FailureDetector {
 public:
  struct Change {
    plan::NodeId node = 0;
    Liveness now = Liveness::kAlive;
    Nanoseconds last_heard = 0;
  };

  /// The node's stream began. It is alive until it has had time to beat.
  void Attached(plan::NodeId node, Nanoseconds now);
  void Left(plan::NodeId node);
  void Beat(plan::NodeId node, plan::Network network, Nanoseconds now);
  /// What a node says it received from the others.
  void Report(plan::NodeId witness, std::span<const ReceivedCount> counts, Nanoseconds now);
  /// Every 10 ms or so: whose liveness changed, by node.
  std::vector<Change> Tick(Nanoseconds now);

  Liveness LivenessOf(plan::NodeId node) const;
  bool HeardOn(plan::NodeId node, plan::Network network, Nanoseconds now) const;
  /// Its last sign of life; 0: it never attached.
  Nanoseconds HeardAt(plan::NodeId node) const;
  /// Some have beaten, and for kSilenceOfAll none has.
  bool HearsNobody(Nanoseconds now) const;
  Nanoseconds stall_max() const { return stall_max_; }

 private:
  struct Account {  // of one sender, at one witness
    std::uint64_t packets = 0;
    Nanoseconds reported = 0;  // when
    Nanoseconds silent_since =
        0;  // arrival of the first of the reports that show no progress; 0: progress
  };
  struct Node {
    Liveness liveness = Liveness::kDetached;
    bool attached = false;
    Nanoseconds heard = 0;  // last sign of life; shifted by own stalls
    std::array<Nanoseconds, plan::kMaxNetworks> beats = {};
    std::map<plan::NodeId, Account> accounts;  // by witness
  };

  void ForgiveOwnStall(Nanoseconds now);
  enum class Testimony : std::uint8_t { kHeard, kMissed, kNobody };
  Testimony AskReceivers(const Node& node, Nanoseconds now) const;
  bool IsDead(const Node& node, Nanoseconds now) const;

  std::map<plan::NodeId, Node> nodes_;
  Nanoseconds last_tick_ = 0;
  Nanoseconds stall_max_ = 0;
};

}  // namespace continuo::coordinator
