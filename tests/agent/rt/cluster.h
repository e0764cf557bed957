// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/lives.h"
#include "agent/handoff/device_ring.h"
#include "agent/handoff/line.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/engine.h"
#include "agent/rt/sim_network.h"
#include "agent/rt/state_courier.h"
#include "agent/rt/test_show.h"
#include "proto/clock/clock.h"
#include "proto/plan/plan.h"

namespace continuo::test {

/// A whole stage in virtual time: the engines of seven nodes on two simulated networks, playing a TestShow. What the
/// outputs play is compared with the oracle, sample by sample and bit by bit.
class Cluster {
 public:
  using Options = TestShow::Options;
  explicit Cluster(const Options& options);
  ~Cluster();

  /// Virtual time goes on until `n` (relative to the first sample).
  void RunTo(Frames n);
  /// Until all outputs have played everything they can.
  void RunToEnd();

  void Kill(plan::NodeId node) { nodes_.at(node).dead = true; }
  /// A new process takes the place of a dead one, with the plan that is in force and sockets of its own.
  void Restart(plan::NodeId node);

  /// The plan in force. Change a copy and hand it to Replan.
  const plan::Plan& plan() const { return plan_; }
  /// The next plan of the performance reaches all living nodes, each of them `late` after now. The version is set here.
  void Replan(plan::Plan plan, const std::map<plan::NodeId, Frames>& late = {});
  /// Adds a joining replica to the plan, of an incarnation that has never lived; whose.
  Incarnation Join(plan::Plan& plan, plan::TaskId task, plan::NodeId node,
                   plan::Role role = plan::Role::kCompute);
  StateCourier& courier() { return courier_; }
  /// How many engines have come back and were freed.
  int retired() const { return retired_; }
  /// The node does not run for `length` samples from now on; its sockets fill.
  void Stall(plan::NodeId node, Frames length) { nodes_.at(node).asleep_until = now_ + length; }
  void StallAll(Frames length);
  void Unplug(plan::NodeId node);
  /// No stream reaches the node any more, until it is fed again; its fellows' words still do.
  void Starve(plan::NodeId node, bool starved = true);
  SimNetwork& network(int index) { return *networks_.at(index); }
  void Impair(const Impairment& impairment);
  agent::rt::Engine& engine(plan::NodeId node) { return *nodes_.at(node).engine; }

  /// Sends the event to every replica of the task, again and again, until all of them say what became of it.
  void Issue(plan::TaskId task, const Event& event);
  /// Nobody hears of it but `node`.
  void IssueTo(plan::NodeId node, plan::TaskId task, const Event& event);
  Verdict VerdictOf(EventId id) const;

  /// What an output has played so far, interleaved.
  const std::vector<float>& Played(plan::NodeId node) const { return nodes_.at(node).played; }
  /// What a device beside it could have had.
  const agent::handoff::DeviceRing& Device(plan::NodeId node) const {
    return *nodes_.at(node).device;
  }
  /// Media time of the first of these samples.
  MediaTime FirstPlayed(plan::NodeId node) const { return nodes_.at(node).ring->first_n(); }
  /// What it should have played: the whole show, with the committed events.
  std::vector<float> Rendered() const;
  /// Samples (all channels together count as one) that differ from the oracle, or are missing.
  Frames Altered(plan::NodeId node) const;

  struct Totals {
    std::uint64_t nacks_sent = 0, repaired = 0, concealed = 0, divergences = 0, late = 0;
    Frames margin_min = 1 << 30;
    int tainted_replicas = 0;
  };
  /// The node's replica of the task, as last published; state kEmpty if there is none.
  agent::handoff::ReplicaCounters ReplicaOn(plan::NodeId node, plan::TaskId task);
  /// How often that was told so far.
  int Told(plan::IncidentKind kind) const;
  /// Of one node, as last published.
  const agent::handoff::Counters& Counters(plan::NodeId node) {
    return nodes_.at(node).line.counters.Read();
  }
  /// Of all living nodes, likewise.
  Totals Sum();
  const std::vector<agent::handoff::IncidentNote>& incidents() const { return incidents_; }

 private:
  struct Stopped final : clock::Clock {
    Nanoseconds Now() const override { return 0; }
    void SleepUntil(Nanoseconds) override {}
  };
  struct NodeState {
    std::vector<std::unique_ptr<transport::DatagramPort>> ports;
    agent::handoff::Line line;
    agent::core::Lives lives;
    std::shared_ptr<agent::handoff::SampleRing> ring;
    std::shared_ptr<agent::handoff::DeviceRing> device;  // nobody pulls from it
    std::unique_ptr<agent::rt::Engine> engine;
    std::multimap<MediaTime, plan::Plan> coming;  // by when they reach the node
    std::vector<float> played;
    bool dead = false;
    MediaTime asleep_until = 0;
  };
  struct Issued {
    plan::TaskId task = 0;
    Event event;
    Verdict verdict = Verdict::kNone;
    plan::NodeId only = 0;
  };

  void MakeNode(plan::NodeId id);
  std::unique_ptr<agent::rt::Engine> MakeEngine(NodeState& node, plan::NodeId id,
                                                const plan::Plan& plan);
  StateCourier::Node Answering(plan::NodeId id);
  void TakePlans(NodeState& node, plan::NodeId id, MediaTime now);
  void Turn(NodeState& node, plan::NodeId id, MediaTime now);
  void Submit(NodeState& node, plan::NodeId id, MediaTime now);
  void Collect(NodeState& node);

  const Options options_;
  TestShow show_;
  plan::Plan plan_;
  int retired_ = 0;
  Incarnation youngest_ = 100;
  StateCourier courier_;
  std::vector<plan::Plan> plans_;  // of the performance, so far
  Stopped clock_;
  std::array<std::unique_ptr<SimNetwork>, plan::kMaxNetworks> networks_;
  std::map<plan::NodeId, NodeState> nodes_;
  std::map<plan::NodeId, std::string> lives_;  // as their disks keep them
  std::map<EventId, Issued> issued_;
  std::vector<agent::handoff::IncidentNote> incidents_;
  MediaTime now_ = 0;
};

}  // namespace continuo::test
