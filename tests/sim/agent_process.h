// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/lives.h"
#include "agent/core/node.h"
#include "agent/handoff/line.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/engine.h"
#include "agent/rt/pulse.h"
#include "sim/agent_link.h"
#include "sim/machine.h"
#include "sim/state_desk.h"

namespace continuo::sim {

/// What one life of an output has played.
struct Recording {
  int machine = 0;
  std::uint32_t output = 0;
  int channels = 0;
  MediaTime first_n = 0;
  Nanoseconds begun = 0;  ///< true time
  std::vector<float> samples;
};

/// An agent as its shell wires it (agent/shell/agent.cc), with the simulator's wires: the shipped node core, pulse and
/// engine. The audio thread is Pulse(), all other threads are what Turn and Receive do.
class AgentProcess final : public Process {
 public:
  AgentProcess(World& world, Machine& machine);
  ~AgentProcess() override;

  void Pulse() override;
  void Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) override;
  void Disconnected(coordinator::ConnectionId connection) override {
    link_.Disconnected(connection);
  }
  void Connect(int seat) override { link_.Connect(seat); }
  void Try(int seat, std::uint64_t number, Nanoseconds retry) override {
    link_.Try(seat, number, retry);
  }
  coordinator::ConnectionId connection() const override { return link_.connection(); }
  /// Every 10 ms.
  void Turn() override;
  void Serve(const StateWish& wish, std::function<void(State)> answer) override {
    desk_.Serve(wish, std::move(answer));
  }
  void Arrived(std::uint32_t fetch, State state) override {
    desk_.Arrived(fetch, std::move(state));
  }
  const agent::core::Node& node() const override { return node_; }
  void ForEachReplica(const std::function<void(const ReplicaLook&)>& look) const override;

 private:
  struct Production {
    std::vector<agent::rt::Material> materials;
    std::unique_ptr<agent::rt::Engine> engine;
  };
  struct Track {
    std::shared_ptr<agent::handoff::SampleRing> ring;
    std::size_t recording = 0;  // of World::recordings
  };
  struct Job {
    plan::Plan plan;
    std::vector<agent::core::ReplicaKey> lived;
    bool succeeds = false;
  };
  void ExpectFenced(const plan::ToAgent& message, const std::vector<agent::core::Effect>& effects);
  plan::Hello MakeHello() const;
  void Feed(const agent::core::Input& input);
  void Perform(const agent::core::Effect& effect);
  void Build(Job job);
  void Built(const Job& job);
  std::string Produce(const Job& job);
  void ArmBuilt();
  void Record();
  void FreeRetired();
  void TellNotes();
  void TellStatus();

  World& world_;
  Machine& machine_;
  const std::uint64_t life_;
  std::array<std::unique_ptr<transport::DatagramPort>, plan::kMaxNetworks> ports_;
  agent::handoff::Line line_;
  agent::core::Node node_;
  agent::rt::Pulse pulse_;
  agent::core::Lives lives_;
  StateDesk desk_;
  std::list<Production> productions_;  // with the audio thread, or on the way back
  std::unique_ptr<Production> built_;  // until it is armed
  std::vector<Track> built_tracks_, tracks_;
  AgentLink link_;
  std::uint64_t heard_term_ = 0;
  Nanoseconds next_status_ = 0, builder_free_ = 0;
};

}  // namespace continuo::sim
