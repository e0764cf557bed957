// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "agent/handoff/line.h"
#include "agent/rt/engine.h"
#include "agent/rt/learned.h"

namespace continuo::test {

/// Carries states from donors to joiners and witnesses, as the agents' shells do, in virtual time.
class StateCourier {
 public:
  /// What it sees of a node. `engine` is nullptr if the node does not answer.
  struct Node {
    agent::rt::Engine* engine = nullptr;
    agent::handoff::Line* line = nullptr;
  };
  using NodeOf = std::function<Node(plan::NodeId)>;

  using MaterialsOf = std::function<std::vector<agent::rt::Material>(const plan::Plan&)>;

  StateCourier(NodeOf node_of, MaterialsOf materials_of)
      : node_of_(std::move(node_of)), materials_of_(std::move(materials_of)) {}

  /// How long a state is on its way, and how far apart checkpoints are; samples.
  void SetPace(Frames delay, Frames checkpoint_period = kSampleRate) {
    delay_ = delay;
    period_ = checkpoint_period;
  }
  /// What happens to the next states on their way.
  void Spoil(std::function<void(std::vector<std::uint8_t>&)> spoil) { spoil_ = std::move(spoil); }

  /// Looks after the node's replicas that wait for a state. After each of its ticks.
  void Serve(plan::NodeId id, MediaTime now);

  int carried() const { return carried_; }  ///< states that were taken
  int refused() const {
    return refused_;
  }  ///< states that were damaged, or that the replica could not use
  int lost() const { return lost_; }  ///< whose donor died on the way
  std::size_t largest() const { return largest_; }

 private:
  using Key = std::pair<plan::TaskId, Incarnation>;
  struct Parcel {
    std::vector<std::uint8_t> image;
    plan::NodeId donor = 0;
    MediaTime due = 0;
  };
  struct Customer {
    std::vector<Parcel> coming;  // at most one
    MediaTime not_before = 0;
    std::vector<std::uint8_t> checkpoint;
  };

  void Order(const Key& key, Customer& customer, const plan::Plan& plan, plan::NodeId self,
             MediaTime now);
  bool Fetch(plan::TaskId task, plan::NodeId donor, std::vector<std::uint8_t>& image);
  void Deliver(const Key& key, Customer& customer, const agent::rt::ReplicaRunner& runner,
               agent::rt::Engine& engine, MediaTime now);
  void ResumeThose(Node& node, MediaTime now);
  agent::rt::Material MaterialOf(const plan::Plan& plan, plan::TaskId task) const;

  const NodeOf node_of_;
  const MaterialsOf materials_of_;
  Frames delay_ = FramesOfMs(30), period_ = kSampleRate;
  std::function<void(std::vector<std::uint8_t>&)> spoil_;
  std::map<Key, Customer> customers_;
  int carried_ = 0, refused_ = 0, lost_ = 0;
  std::size_t largest_ = 0;
};

}  // namespace continuo::test
