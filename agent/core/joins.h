// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <variant>
#include <vector>

#include "agent/core/joiner.h"
#include "agent/core/state_work.h"
#include "agent/core/witness.h"
#include "proto/plan/plan.h"

namespace continuo::agent::core {

/// States that are on their way to this node at a time, at most: more would only slow each other down.
inline constexpr int kMaxFetches = 8;

/// All replicas of this node that come to their state from a member. Pure: no clock, no thread, no socket; a simulator
/// drives the same. `now`: any clock that goes forward, nanoseconds.
class Joins {
 public:
  using Effects = std::vector<JoinEffect>;
  explicit Joins(const JoinPatience& patience = {}) : patience_(patience) {}

  /// This plan is with the audio thread. Who is no longer in it is forgotten.
  Effects Follow(const plan::Plan& plan, plan::NodeId self, const std::vector<plan::Peer>& peers);
  /// Nothing is played any more.
  Effects Stop();
  /// What the audio thread says of all replicas of this node. Several times a second, also to look at the time.
  Effects See(std::span<const ReplicaSeen> replicas, Nanoseconds now);
  Effects On(const StateProgressed& progressed);
  Effects On(const StateFetched& fetched, Nanoseconds now);
  Effects On(const StateLearned& learned, Nanoseconds now);
  Effects On(const ResumeWanted& wanted, Nanoseconds now);

  /// What the audio thread does not know of a join; nullptr: the replica is neither joiner nor witness here.
  const plan::JoinProgress* ProgressOf(ReplicaKey replica) const;
  /// A member's state is on its way to that joiner.
  bool IsFetching(ReplicaKey replica) const;
  /// Completes what the audio thread says of its joins.
  void AddTo(plan::Status& status) const;

 private:
  using Comer = std::variant<Joiner, Witness>;
  void Drop(std::map<ReplicaKey, Comer>::iterator at, Effects& effects);
  void BeginFetches(Nanoseconds now, Effects& effects);

  const JoinPatience patience_;
  std::map<ReplicaKey, Comer> comers_;
  std::uint32_t last_fetch_ = 0;
};

}  // namespace continuo::agent::core
