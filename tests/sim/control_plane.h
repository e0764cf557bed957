// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>

#include "coordinator/core/input.h"
#include "proto/plan/link.h"
#include "sim/calendar.h"
#include "sim/dice.h"

namespace continuo::sim {

class World;

/// The streams between agents and the coordinator, as channels of messages: in order, late, and now and then broken
/// with what was under way. They run over the first network: while it does not pass, they wait.
class ControlPlane {
 public:
  /// `in_parts`: agents are sent their parts of plans, and not the whole.
  ControlPlane(World& world, Dice dice, bool in_parts)
      : world_(world), dice_(dice), in_parts_(in_parts) {}

  /// An agent's life asks for a stream to the coordinator of that seat. 0: it is not there, or does not lead.
  coordinator::ConnectionId Open(int machine, std::uint64_t life, int seat);
  void ToCoordinator(coordinator::ConnectionId id, plan::FromAgent message);
  void ToAgent(coordinator::ConnectionId id, plan::ToAgent message);
  /// The coordinator ends it after what it has sent.
  void Close(coordinator::ConnectionId id);
  /// It breaks: both ends learn of it, each in its own time. What was under way is lost.
  void Break(coordinator::ConnectionId id);
  void BreakAllOf(int machine);
  void BreakAllOfCoordinator(std::uint64_t life);

 private:
  struct Connection {
    int machine = 0;
    std::uint64_t life = 0;  // of the agent
    int seat = 0;
    std::uint64_t coordinator_life = 0;
    bool broken = false;
    std::deque<plan::FromAgent> up;
    std::deque<plan::ToAgent> down;
    plan::NodeId node = 0;  // once it was welcomed
    bool closing = false;
    bool up_pumps = false, down_pumps = false;
  };
  Nanoseconds Delay();
  void PumpUp(coordinator::ConnectionId id);
  void PumpDown(coordinator::ConnectionId id);
  bool Passes(const Connection& connection) const;
  bool Passes(int machine, int seat) const;

  World& world_;
  Dice dice_;
  const bool in_parts_;
  plan::PartsMemory parts_;
  std::map<coordinator::ConnectionId, Connection> connections_;
  coordinator::ConnectionId last_ = 0;
};

}  // namespace continuo::sim
