// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/joins.h"
#include "agent/handoff/line.h"
#include "agent/rt/learned.h"
#include "sim/state.h"

namespace continuo::sim {

class World;
struct Machine;

/// The states of replicas on their way between machines: what the agent's shell and its gRPC service do, with the
/// simulator's wires. Decisions are those of agent/core (Joins). One for each life of a process.
class StateDesk {
 public:
  StateDesk(World& world, Machine& machine, std::uint64_t life, agent::handoff::Line& line);
  ~StateDesk();

  void Follow(const plan::Plan& plan, plan::NodeId self, const std::vector<plan::Peer>& peers);
  void Stop();
  /// Several times a second: what the audio thread says, and what came back over the line.
  void Turn(const agent::handoff::Counters& counters, Nanoseconds now);

  /// A fellow on another machine wants a state; `answer` is called once, or never if this process dies.
  void Serve(const StateWish& wish, std::function<void(State)> answer);
  void Arrived(std::uint32_t fetch, State state);

  const agent::core::Joins& joins() const { return joins_; }
  std::function<void(agent::core::ReplicaKey, const std::string&)> on_give_up;
  /// Makes a body of the plan that was built last.
  std::function<std::unique_ptr<agent::rt::Learned>(agent::core::ReplicaKey,
                                                    std::vector<std::uint8_t>, std::string&)>
      make, make_checkpoint;

 private:
  struct Order {
    std::unique_ptr<agent::handoff::SnapshotSlot> slot;
    StateWish wish;
    std::function<void(State)> answer;
  };
  void Perform(std::vector<agent::core::JoinEffect> effects);
  void Do(const agent::core::FetchState& fetch);
  void Do(const agent::core::AbandonFetch& abandon);
  void Do(const agent::core::LearnState& learn);
  void Do(const agent::core::KeepCheckpoint& keep);
  void Do(const agent::core::ResumeTask& resume);
  void Do(const agent::core::StateRefused&) {}  // traced when it came
  void Do(const agent::core::GiveUp& give_up);
  void Give(agent::core::ReplicaKey replica, std::unique_ptr<agent::rt::Learned> learned,
            agent::handoff::Command::Kind kind);
  void Send(Order order);
  void CollectSnapshots();
  void CollectLearned();
  bool IsTainted(plan::TaskId task, Incarnation incarnation) const;
  Nanoseconds now() const;

  World& world_;
  Machine& machine_;
  const std::uint64_t life_;
  agent::handoff::Line& line_;
  agent::core::Joins joins_;
  std::map<const agent::handoff::SnapshotSlot*, Order> orders_;
  std::map<std::uint32_t, agent::core::FetchState> fetches_;
  std::map<std::uint32_t, std::unique_ptr<agent::rt::Learned>> fetched_;
  struct Lent {
    std::unique_ptr<agent::rt::Learned> learned;
    agent::handoff::Command::Kind kind;
  };
  std::map<agent::core::ReplicaKey, std::vector<std::uint8_t>> checkpoints_;
  std::map<agent::rt::Learned*, Lent> lent_;
  std::map<agent::core::ReplicaKey, plan::ReplicaState> seen_;
  int serving_ = 0;
};

}  // namespace continuo::sim
