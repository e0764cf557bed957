// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/core/node.h"
#include "coordinator/core/input.h"
#include "dsp/base/fixed.h"
#include "proto/replica/replica.h"
#include "sim/network.h"
#include "sim/node_clock.h"
#include "sim/state.h"

namespace continuo::sim {

class World;
struct Fault;
struct Machine;

/// A replica as whoever looks into all machines sees it.
struct ReplicaLook {
  std::uint32_t task = 0;
  Incarnation self = 0;
  const replica::Replica* replica = nullptr;
  FixedVector<Incarnation, wire::kMaxMembers> members;  ///< as its plan says
};

/// What runs on a machine, of which World knows no more: an agent, or a board and its bridge.
class Process {
 public:
  virtual ~Process() = default;

  /// True time of the next wake-up of whatever computes; kNever: nothing does now.
  Nanoseconds next_pulse() const { return next_pulse_; }
  void SetNextPulse(Nanoseconds t) { next_pulse_ = t; }
  virtual void Pulse() = 0;
  /// Of what computes, between two of its sends.
  Strike& strike() { return strike_; }
  /// Nothing is missing of it, stands still, or is unplugged.
  virtual bool whole() const { return true; }
  /// All faults are over.
  virtual void Mend() {}
  /// A fault of machines befalls a part of it, until `end`. False: it is the whole machine's.
  virtual bool Befall(const Fault&, Nanoseconds) { return false; }

  virtual void Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) = 0;
  virtual void Disconnected(coordinator::ConnectionId connection) = 0;
  /// Tries to reach the coordinator of that seat, and goes on trying.
  virtual void Connect(int seat) = 0;
  /// One of these tries, which AgentLink has put off.
  virtual void Try(int seat, std::uint64_t number, Nanoseconds retry) = 0;
  /// The stream that it writes to; 0: none.
  virtual coordinator::ConnectionId connection() const = 0;
  bool connected() const { return connection() != 0; }
  virtual const agent::core::Node& node() const = 0;

  /// The loop looks around.
  virtual void Turn() = 0;
  /// A fellow on another machine wants a state; `answer` is called once, or never if this process dies.
  virtual void Serve(const StateWish& wish, std::function<void(State)> answer) = 0;
  /// What came of World::CarryState.
  virtual void Arrived(std::uint32_t fetch, State state) = 0;

  /// All replicas that are with what computes.
  virtual void ForEachReplica(const std::function<void(const ReplicaLook&)>& look) const = 0;

  /// Things that came while the process stood still.
  std::vector<std::function<void(Process&)>> inbox;

 protected:
  Process() = default;
  /// Heartbeats on each network, to every coordinator.
  static void SendBeats(World& world, const Machine& machine);

  Strike strike_;
  Nanoseconds next_pulse_ = kNever;
};

}  // namespace continuo::sim
