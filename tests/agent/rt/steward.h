// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "agent/rt/cluster.h"

namespace continuo::test {

/// The least that a coordinator does, for a Cluster: drops who is dead, has failed or has retired,
/// brings redundancy back, moves tasks when asked. Knows only what the nodes publish, and of deaths
/// only after a while.
class Steward {
 public:
  explicit Steward(Cluster& cluster) : cluster_(cluster) {}

  /// Several times a second.
  void Look(MediaTime now);
  void NodeDied(plan::NodeId node, MediaTime now) { died_[node] = now; }
  void NodeReturned(plan::NodeId node) { died_.erase(node); }
  /// Moves the task away from the node of its first replica, to that node.
  void Move(plan::TaskId task, plan::NodeId to);
  /// Every task has as many replicas in sync as it wants, and nobody comes or goes.
  bool Whole() const { return whole_; }
  bool IsDead(plan::NodeId node) const { return died_.contains(node); }
  int joins() const { return joins_; }

 private:
  bool Clean(plan::Task& task, MediaTime now);
  bool Complete(plan::Plan& plan, plan::Task& task);
  plan::ReplicaState StateOf(plan::TaskId task, const plan::Replica& replica);

  Cluster& cluster_;
  std::map<plan::NodeId, MediaTime> died_;
  std::map<std::pair<plan::TaskId, Incarnation>, MediaTime>
      since_;  // when a replica came into the plan
  bool whole_ = true;
  int joins_ = 0;
};

}  // namespace continuo::test
