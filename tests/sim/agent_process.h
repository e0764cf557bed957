// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
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
#include "coordinator/core/input.h"
#include "sim/network.h"
#include "sim/node_clock.h"
#include "sim/state_desk.h"

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
  std::string lives;  ///< the file in which agent/shell keeps what has lived here
  std::unique_ptr<AgentProcess> process;
  std::uint64_t life = 0;        ///< of the process; grows with every one
  Nanoseconds asleep_until = 0;  ///< the process stands still until then
  bool awake_again = true;       ///< its audio thread has run since it last woke
  Nanoseconds back_at = kNever;  ///< a new process begins then
  std::vector<std::pair<Nanoseconds, Nanoseconds>>
      silences;  ///< when it stood still or was not there
  std::uint32_t behind =
      0;  ///< the newest plan when it woke, which it does not play by yet; 0: it does
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
  StateDesk& desk() { return desk_; }

  const agent::core::Node& node() const { return node_; }
  const agent::handoff::Counters& counters() { return line_.counters.Read(); }
  /// All replicas that are with the audio thread.
  template <typename Look>
  void ForEachRunner(const Look& look) const {
    for (const Production& production : productions_) {
      for (const auto& runner : production.engine->runners()) {
        if (runner != nullptr) look(*runner);
      }
    }
  }
  /// The stream that it writes to; 0: none.
  coordinator::ConnectionId connection() const {
    return written_ < 0 ? 0 : links_[static_cast<std::size_t>(written_)].connection;
  }
  bool connected() const { return connection() != 0; }
  /// Tries to reach the coordinator of that seat, and goes on trying.
  void Connect(int seat);
  /// Things that came while the process stood still.
  std::vector<std::function<void(AgentProcess&)>> inbox;

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
  /// To one of several coordinators.
  struct Link {
    coordinator::ConnectionId connection = 0;  // 0: none
    bool welcomed = false;
    std::uint64_t tries = 0;  // begun; only the last goes on
  };
  void Try(int seat, std::uint64_t number, Nanoseconds retry);
  void TryAgain(int seat, Nanoseconds retry);
  int SeatOf(coordinator::ConnectionId connection) const;
  void BeWelcomed(int seat, std::uint64_t term);
  void HangUp(int seat);
  void ExpectFenced(const plan::ToAgent& message, const std::vector<agent::core::Effect>& effects);
  void Send(plan::FromAgent message);
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
  Strike strike_;
  std::array<std::unique_ptr<transport::DatagramPort>, plan::kMaxNetworks> ports_;
  agent::handoff::Line line_;
  agent::core::Node node_;
  agent::rt::Pulse pulse_;
  agent::core::Lives lives_;
  StateDesk desk_;
  std::list<Production> productions_;  // with the audio thread, or on the way back
  std::unique_ptr<Production> built_;  // until it is armed
  std::vector<Track> built_tracks_, tracks_;
  std::vector<Link> links_;  // by seat
  int written_ = -1;         // the seat whose coordinator welcomed it with the highest term
  std::uint64_t written_term_ = 0, heard_term_ = 0;
  std::deque<plan::FromAgent> outbox_;
  Nanoseconds next_pulse_ = 0, next_status_ = 0, builder_free_ = 0;
};

}  // namespace continuo::sim
