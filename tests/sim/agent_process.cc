// SPDX-License-Identifier: Apache-2.0
#include "sim/agent_process.h"

#include <algorithm>

#include "agent/rt/program.h"
#include "agent/shell/report.h"
#include "proto/plan/media_time.h"
#include "sim/material.h"
#include "sim/world.h"

namespace continuo::sim {
namespace {

using agent::handoff::Command;
using agent::handoff::SampleRing;
namespace core = agent::core;

/// More than a process is ever stopped for.
constexpr Frames kRingFrames = 6 * kSampleRate;
constexpr Nanoseconds kStatusPeriod = Ms(250);
constexpr Nanoseconds kFirstRetry = Ms(250), kLastRetry = Ms(2000);

template <typename... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overload(Cases...) -> Overload<Cases...>;

}  // namespace

AgentProcess::AgentProcess(World& world, Machine& machine)
    : world_(world),
      machine_(machine),
      life_(++machine.life),
      pulse_(machine.clock, line_),
      next_pulse_(world.calendar().now() + Ms(1)) {
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    ports_[static_cast<std::size_t>(i)] = world.network(i).Open(machine.number, strike_);
  }
  world.Every(Ms(10), machine.number, life_, [](AgentProcess& agent) { agent.Turn(); });
  world.Every(Ms(50), machine.number, life_, [](AgentProcess& agent) { agent.Beat(); });
  world.calendar().In(Ms(5), [this_world = &world_, number = machine.number, life = life_] {
    this_world->InAgent(number, life, [](AgentProcess& agent) { agent.Connect(kFirstRetry); });
  });
}

AgentProcess::~AgentProcess() {
  for (const Production& production : productions_) Record(production);
}

void AgentProcess::Pulse() {
  machine_.clock.Wake();
  next_pulse_ = machine_.clock.TrueAt(pulse_.Turn());
}

const agent::rt::Engine* AgentProcess::engine() const {
  return productions_.empty() ? nullptr : productions_.back().engine.get();
}

// ---- link

void AgentProcess::Connect(Nanoseconds retry) {
  connection_ = world_.control().Open(machine_.number, life_);
  if (connection_ == 0) {
    world_.calendar().In(retry, [&world = world_, number = machine_.number, life = life_, retry] {
      world.InAgent(number, life, [retry](AgentProcess& agent) {
        agent.Connect(std::min(2 * retry, kLastRetry));
      });
    });
    return;
  }
  plan::Hello hello;
  hello.name = machine_.name;
  hello.build_id = "sim";
  hello.clock_id = World::kClockId;
  hello.clock_now = machine_.clock.Now();
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    const transport::Address at = Network::AddressOf(machine_.number, i);
    hello.networks.push_back({at.ip, at.port});
  }
  hello.asset_address = machine_.name + ":1";
  hello.can_output = machine_.can_output;
  hello.can_compute = machine_.can_compute;
  hello.held_term = node_.held_term();
  hello.held_version = node_.held_version();
  world_.control().ToCoordinator(connection_, hello);
  for (plan::FromAgent& message : outbox_) {
    world_.control().ToCoordinator(connection_, std::move(message));
  }
  outbox_.clear();
}

void AgentProcess::Disconnected(coordinator::ConnectionId connection) {
  if (connection_ != connection) return;
  connection_ = 0;
  world_.calendar().In(kFirstRetry, [&world = world_, number = machine_.number, life = life_] {
    world.InAgent(number, life, [](AgentProcess& agent) { agent.Connect(kFirstRetry); });
  });
}

void AgentProcess::Send(plan::FromAgent message) {
  if (connection_ != 0) return world_.control().ToCoordinator(connection_, std::move(message));
  if (!std::holds_alternative<plan::Status>(message)) outbox_.push_back(std::move(message));
}

void AgentProcess::Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  if (connection != connection_) return;  // of a stream that has ended
  if (const auto* sent = std::get_if<plan::PlanSent>(&message))
    world_.OnPlanSeen(machine_, sent->plan);
  Feed(message);
}

// ---- loop

void AgentProcess::Feed(const core::Input& input) {
  for (const core::Effect& effect : node_.Step(input)) Perform(effect);
}

void AgentProcess::Perform(const core::Effect& effect) {
  std::visit(
      Overload{
          [this](const core::Tell& tell) { Send(tell.message); },
          [this](const core::Prepare& prepare) { Build(prepare.plan, false); },
          [this](const core::Play& play) { Build(play.plan, BegunBefore(play.plan)); },
          [this](const core::Stop&) { line_.commands.TrySend({.kind = Command::Kind::kStop}); },
          [this](const core::Submit& submit) {
            line_.commands.TrySend(
                {.kind = Command::Kind::kSubmit, .task = submit.task, .event = submit.event});
          },
          [this](const core::Refused& refused) { world_.Refused(machine_, refused.reason); },
          [this](const core::Note& note) { world_.Trace(machine_.name + ": " + note.text); },
      },
      effect);
}

// As agent/shell/lives.cc.
bool AgentProcess::BegunBefore(const plan::Plan& plan) {
  const std::string playing = std::to_string(plan.version) + " " + std::to_string(plan.start_n);
  if (playing == ours_) return false;
  if (machine_.playing == playing) return true;
  ours_ = machine_.playing = playing;
  return false;
}

// The builder's thread takes one job after the other.
void AgentProcess::Build(const plan::Plan& plan, bool lived_before) {
  Dice& dice = world_.dice();
  const Nanoseconds begin = std::max(builder_free_, world_.calendar().now());
  builder_free_ = begin + (dice.Chance(0.8) ? Ms(dice.Between(2, 30)) : Ms(dice.Between(30, 250)));
  world_.calendar().At(
      builder_free_, [&world = world_, number = machine_.number, life = life_, plan, lived_before] {
        world.InAgent(number, life, [&plan, lived_before](AgentProcess& agent) {
          agent.Built(plan, lived_before);
        });
      });
}

void AgentProcess::Built(const plan::Plan& plan, bool lived_before) {
  if (plan.start_n == 0) {
    // That it can be built is seen when it is played; to build it twice would only take time here.
    agent::rt::Program program;
    const std::string error = agent::rt::DeriveProgram(plan, node_.self(), program);
    return Feed(core::PreparationEnded{plan.term, plan.version, error});
  }
  const std::string error = Produce(plan, lived_before);
  if (!error.empty()) world_.Broken(machine_.name + " cannot build a plan: " + error);
  Feed(core::PlayBegun{plan.term, plan.version, error});
}

std::string AgentProcess::Produce(const plan::Plan& plan, bool lived_before) {
  agent::rt::Program program;
  std::string error = agent::rt::DeriveProgram(plan, node_.self(), program);
  if (!error.empty()) return error;
  program.lived_before = lived_before;
  agent::rt::Engine::Wiring wiring;
  for (std::size_t i = 0; i < ports_.size(); ++i) wiring.ports[i] = ports_[i].get();
  wiring.clock = &machine_.clock;
  wiring.line = &line_;
  Production production;
  for (const agent::rt::OutputSpec& output : program.outputs) {
    production.rings.push_back(std::make_shared<SampleRing>(output.feed.channels, kRingFrames));
    production.recordings.push_back(world_.recordings.size());
    world_.recordings.push_back(
        {machine_.number, output.id, output.feed.channels, 0, world_.calendar().now(), {}});
    wiring.outputs.push_back(production.rings.back().get());
  }
  production.engine = agent::rt::Engine::Make(program, MaterialOf(plan), wiring, error);
  if (production.engine == nullptr) return error;
  agent::rt::Engine* const engine = production.engine.get();
  productions_.push_back(std::move(production));
  line_.commands.TrySend({.kind = Command::Kind::kArm, .engine = engine});
  return {};
}

void AgentProcess::Turn() {
  for (const Production& production : productions_) Record(production);
  FreeRetired();
  TellNotes();
  TellStatus();
}

void AgentProcess::Record(const Production& production) {
  std::array<float, 2048> samples;
  for (std::size_t i = 0; i < production.rings.size(); ++i) {
    Recording& recording = world_.recordings[production.recordings[i]];
    while (const std::size_t count = production.rings[i]->Read(samples)) {
      recording.first_n = production.rings[i]->first_n();
      recording.samples.insert(recording.samples.end(), samples.begin(),
                               samples.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
}

void AgentProcess::FreeRetired() {
  agent::rt::Engine* engine = nullptr;
  while (line_.retired.TryReceive(engine)) {
    productions_.remove_if([&](const Production& production) {
      if (production.engine.get() != engine) return false;
      Record(production);
      return true;
    });
  }
}

void AgentProcess::TellNotes() {
  agent::handoff::VerdictNote verdict;
  while (line_.verdicts.TryReceive(verdict)) {
    Send(plan::VerdictReached{verdict.task, verdict.id, verdict.verdict});
  }
  agent::handoff::IncidentNote note;
  while (line_.incidents.TryReceive(note)) {
    world_.OnIncident(machine_, note);
    if (node_.held() != nullptr) Send(agent::MakeIncident(note, *node_.held()));
  }
}

void AgentProcess::TellStatus() {
  const Nanoseconds now = machine_.clock.LocalAt(world_.calendar().now());
  if (now < next_status_) return;
  next_status_ = now + kStatusPeriod;
  plan::Status status;
  if (node_.held() != nullptr) {
    const agent::handoff::Counters& counters = line_.counters.Read();
    if (counters.plan_version == node_.held_version()) status = agent::MakeStatus(counters, {});
    status.now = plan::MediaTimeAt(node_.held()->media, now);
  }
  Send(std::move(status));
}

void AgentProcess::Beat() {
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    if (!world_.network(i).Passes(machine_.number, World::kCoordinatorMachine)) continue;
    world_.calendar().In(
        Us(world_.dice().Between(100, 2000)), [&world = world_, i, name = machine_.name] {
          world.PostToCoordinator(coordinator::BeatHeard{name, static_cast<plan::Network>(i)});
        });
  }
}

}  // namespace continuo::sim
