// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/node.h"
#include "agent/handoff/line.h"
#include "agent/handoff/sample_ring.h"
#include "agent/rt/engine.h"
#include "agent/rt/pulse.h"
#include "coordinator/core/input.h"
#include "sim/network.h"
#include "sim/node_clock.h"

namespace continuo::sim {

class World;

/// What one life of an output has played.
struct Recording {
  int machine = 0;
  std::uint32_t output = 0;
  int channels = 0;
  MediaTime first_n = 0;
  Nanoseconds begun = 0;  ///< true time
  std::vector<float> samples;
};

/// One machine of the stage: its clock and what its disk keeps; a process may run on it.
class AgentProcess;
struct Machine {
  Machine(int id, const Calendar& calendar, Nanoseconds offset, std::int64_t ppb)
      : number(id), clock(calendar, offset, ppb) {}
  const int number;
  std::string name;
  bool can_compute = true, can_output = false;
  NodeClock clock;
  std::string playing;  ///< the file in which agent/shell keeps what this node has begun to play
  std::unique_ptr<AgentProcess> process;
  std::uint64_t life = 0;        ///< of the process; grows with every one
  Nanoseconds asleep_until = 0;  ///< the process stands still until then
  Nanoseconds back_at = kNever;  ///< a new process begins then
  std::vector<std::pair<Nanoseconds, Nanoseconds>>
      silences;  ///< when it stood still or was not there
};

/// An agent as its shell wires it (agent/shell/agent.cc), with the simulator's wires: the shipped node core, pulse and
/// engine. The audio thread is Pulse(), all other threads are what Turn and Receive do.
class AgentProcess {
 public:
  AgentProcess(World& world, Machine& machine);
  ~AgentProcess();

  /// True time of the audio thread's next wake-up.
  Nanoseconds next_pulse() const { return next_pulse_; }
  void SetNextPulse(Nanoseconds t) { next_pulse_ = t; }
  void Pulse();
  Strike& strike() { return strike_; }

  void Receive(coordinator::ConnectionId connection, const plan::ToAgent& message);
  void Disconnected(coordinator::ConnectionId connection);
  /// The loop looks around, every 10 ms.
  void Turn();
  void Beat();

  const agent::core::Node& node() const { return node_; }
  const agent::handoff::Counters& counters() { return line_.counters.Read(); }
  /// The engine that is with the audio thread, or was handed to it last; nullptr: none.
  const agent::rt::Engine* engine() const;
  bool connected() const { return connection_ != 0; }
  coordinator::ConnectionId connection() const { return connection_; }
  /// Things that came while the process stood still.
  std::vector<std::function<void(AgentProcess&)>> inbox;

 private:
  struct Production {
    std::vector<std::shared_ptr<agent::handoff::SampleRing>> rings;
    std::vector<std::size_t> recordings;  // of World::recordings
    std::unique_ptr<agent::rt::Engine> engine;
  };
  void Connect(Nanoseconds retry);
  void Send(plan::FromAgent message);
  void Feed(const agent::core::Input& input);
  void Perform(const agent::core::Effect& effect);
  bool BegunBefore(const plan::Plan& plan);
  void Build(const plan::Plan& plan, bool lived_before);
  void Built(const plan::Plan& plan, bool lived_before);
  std::string Produce(const plan::Plan& plan, bool lived_before);
  void Record(const Production& production);
  void FreeRetired();
  void TellNotes();
  void TellStatus();

  World& world_;
  Machine& machine_;
  const std::uint64_t life_;
  Strike strike_;
  std::array<std::unique_ptr<transport::DatagramPort>, plan::kMaxNetworks> ports_;
  agent::handoff::Line line_;
  agent::core::Node node_;
  agent::rt::Pulse pulse_;
  std::list<Production> productions_;
  std::string ours_;  // what this process has begun
  coordinator::ConnectionId connection_ = 0;
  std::deque<plan::FromAgent> outbox_;
  Nanoseconds next_pulse_ = 0, next_status_ = 0, builder_free_ = 0;
};

}  // namespace continuo::sim
