// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "sim/board_process.h"
#include "sim/world.h"

// Machines and their processes: begun, killed, stopped, woken.

namespace continuo::sim {
namespace {

// Of a machine that stood still: until it has caught up with what lies in its sockets, and two plans built at most.
constexpr Nanoseconds kAfterSilence = Ms(60), kLongestToBuild = Ms(600);

}  // namespace

void World::StartAgent(Machine& machine) {
  if (!machine.silences.empty()) machine.silences.back().second = calendar_.now() + Ms(400);
  if (machine.is_board) {
    machine.process = std::make_unique<BoardProcess>(*this, machine);
  } else {
    machine.process = std::make_unique<AgentProcess>(*this, machine);
  }
  machine.awake_again = true;
  Trace(machine.name + " begins");
}

void World::Kill(Machine& machine) {
  Trace(machine.name + " is dead");
  control_.BreakAllOf(machine.number);
  machine.process.reset();
  machine.asleep_until = 0;
  machine.silences.push_back({calendar_.now(), kNever});
}

void World::StallUntil(Machine& machine, Nanoseconds until) {
  Trace(machine.name + " stands still");
  machine.asleep_until = until;
  machine.back_at = until;
  machine.silences.push_back({calendar_.now(), until + kAfterSilence});
}

void World::Wake(Machine& machine) {
  if (machine.process->strike().kind == Strike::Kind::kKill) {
    // It did not live long enough to be killed in the middle of anything.
    Kill(machine);
    return StartAgent(machine);
  }
  Trace(machine.name + " goes on");
  machine.process->strike() = {};
  const bool stood_still = std::exchange(machine.asleep_until, 0) != 0;
  machine.awake_again = false;
  // Whom it knows may have left meanwhile: it hears the others only once it plays by the plan that names them.
  if (stood_still && machine.process->node().held_version() < newest_plan_) {
    machine.behind = newest_plan_;
    machine.silences.back().second += kLongestToBuild;
  }
  machine.process->SetNextPulse(calendar_.now());
  const bool loop_first = dice_.Chance(0.5);
  if (!loop_first) PulseAgent(machine);
  for (int i = 0; i < plan::kMaxNetworks; ++i) network(i).Resume(machine.number);
  if (machine.process == nullptr) return;
  std::vector<std::function<void(Process&)>> inbox;
  inbox.swap(machine.process->inbox);
  for (auto& action : inbox) action(*machine.process);
}

void World::OnArmed(Machine& machine, std::uint32_t version) {
  if (machine.behind == 0 || version < machine.behind) return;
  machine.behind = 0;
  Nanoseconds& end = machine.silences.back().second;
  end = std::min(end, calendar_.now() + kAfterSilence);
}

void World::PulseAgent(Machine& machine) {
  Process& agent = *machine.process;
  agent.Pulse();
  machine.awake_again = true;
  if (machine.is_board) return;  // it strikes itself
  Strike& strike = agent.strike();
  if (strike.kind == Strike::Kind::kNone) return;
  if (!strike.struck && strike.fuse-- > 0) return;  // who sends nothing is struck, too
  strike.struck = true;
  const Nanoseconds until = machine.back_at;
  if (strike.kind == Strike::Kind::kKill) return Kill(machine);
  StallUntil(machine, until == kNever ? calendar_.now() : until);
}

void World::InAgent(int number, std::uint64_t life, std::function<void(Process&)> action) {
  Machine& at = machine(number);
  if (at.process == nullptr || at.life != life) return;
  if (at.asleep_until != 0) {
    at.process->inbox.push_back(std::move(action));
  } else if (!at.process->strike().struck) {
    action(*at.process);
  }
}

void World::Every(Nanoseconds period, int number, std::uint64_t life, void (*action)(Process&)) {
  calendar_.In(period, [=, this] {
    Machine& at = machine(number);
    if (at.process == nullptr || at.life != life) return;
    // What stands still has missed its turn.
    if (at.asleep_until == 0) action(*at.process);
    Every(period, number, life, action);
  });
}

}  // namespace continuo::sim
