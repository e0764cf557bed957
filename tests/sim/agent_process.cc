// SPDX-License-Identifier: Apache-2.0
#include "sim/agent_process.h"

#include <algorithm>

#include "agent/rt/program.h"
#include "agent/shell/report.h"
#include "dsp/base/overload.h"
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

}  // namespace

AgentProcess::AgentProcess(World& world, Machine& machine)
    : world_(world),
      machine_(machine),
      life_(++machine.life),
      pulse_(machine.clock, line_),
      lives_(core::Lives::Of(machine.lives)),
      desk_(world, machine, life_, line_),
      link_(world, machine, life_, 0, [this] { return MakeHello(); }) {
  next_pulse_ = world.calendar().now() + Ms(1);
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    ports_[static_cast<std::size_t>(i)] = world.network(i).Open(machine.number, strike_);
  }
  desk_.make = [this](core::ReplicaKey replica, std::vector<std::uint8_t> image,
                      std::string& error) -> std::unique_ptr<agent::rt::Learned> {
    if (productions_.empty()) {
      error = "nothing is played here any more";
      return nullptr;
    }
    const Production& last = productions_.back();
    const plan::Plan& plan = last.engine->plan();
    std::size_t task = 0;
    while (task < plan.tasks.size() && plan.tasks[task].description.id != replica.task) ++task;
    if (task == plan.tasks.size()) {
      error = "its task is not played any more";
      return nullptr;
    }
    return agent::rt::Learned::Make(*last.engine->program(), replica.task, replica.incarnation,
                                    std::move(image), last.materials[task], error);
  };
  desk_.make_checkpoint = [this](core::ReplicaKey replica, std::vector<std::uint8_t> image,
                                 std::string& error) -> std::unique_ptr<agent::rt::Learned> {
    if (productions_.empty()) {
      error = "nothing is played here any more";
      return nullptr;
    }
    return agent::rt::Learned::MakeCheckpoint(*productions_.back().engine->program(), replica.task,
                                              replica.incarnation, std::move(image), error);
  };
  desk_.on_give_up = [this](core::ReplicaKey replica, const std::string& error) {
    plan::Incident incident;
    incident.kind = plan::IncidentKind::kJoinFailed;
    incident.task = replica.task;
    incident.text = error;
    incident.incarnation = replica.incarnation;
    link_.Send(incident);
  };
  world.Every(Ms(10), machine.number, life_, [](Process& process) { process.Turn(); });
  world.Every(Ms(50), machine.number, life_, [](Process& process) {
    const AgentProcess& agent = static_cast<AgentProcess&>(process);
    SendBeats(agent.world_, agent.machine_);
  });
  world.calendar().In(Ms(5), [this_world = &world_, number = machine.number, life = life_] {
    this_world->InAgent(number, life, [this_world](Process& process) {
      for (int seat = 0; seat < this_world->council().count(); ++seat) process.Connect(seat);
    });
  });
}

AgentProcess::~AgentProcess() {
  Record();
}

void AgentProcess::Pulse() {
  machine_.clock.Wake();
  next_pulse_ = machine_.clock.TrueAt(pulse_.Turn());
}

// ---- link

plan::Hello AgentProcess::MakeHello() const {
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
  hello.heard_term = node_.term();
  hello.held_term = node_.held_term();
  hello.held_version = node_.held_version();
  return hello;
}

void AgentProcess::Receive(coordinator::ConnectionId connection, const plan::ToAgent& message) {
  if (!link_.IsOurs(connection)) return;  // of a stream that has ended
  if (const auto* sent = std::get_if<plan::PlanSent>(&message))
    world_.OnPlanSeen(machine_, sent->plan);
  const std::vector<core::Effect> effects = node_.Step(message);
  ExpectFenced(message, effects);
  for (const core::Effect& effect : effects) Perform(effect);
  link_.Heed(connection, message);
}

// Nothing comes of what an older coordinator says once a newer one was heard.
void AgentProcess::ExpectFenced(const plan::ToAgent& message,
                                const std::vector<core::Effect>& effects) {
  const std::uint64_t term = std::visit(
      [](const auto& said) -> std::uint64_t {
        if constexpr (requires { said.term; }) return said.term;
        if constexpr (requires { said.plan.term; }) return said.plan.term;
        return ~std::uint64_t{0};
      },
      message);
  if (term == ~std::uint64_t{0}) return;
  const bool noted = std::ranges::all_of(
      effects, [](const core::Effect& one) { return std::holds_alternative<core::Note>(one); });
  // One that has lost everything may ask what is played.
  const auto* const welcome = std::get_if<plan::Welcome>(&message);
  const bool asks = welcome != nullptr && welcome->node == 0;
  if (term < heard_term_ && !noted && !asks) {
    world_.Broken(machine_.name + " heeds a coordinator of term " + std::to_string(term) +
                  " after one of term " + std::to_string(heard_term_));
  }
  heard_term_ = std::max(heard_term_, term);
}

// ---- loop

void AgentProcess::Feed(const core::Input& input) {
  for (const core::Effect& effect : node_.Step(input)) Perform(effect);
}

void AgentProcess::Perform(const core::Effect& effect) {
  std::visit(
      Overload{
          [this](const core::Tell& tell) { link_.Send(tell.message); },
          [this](const core::Prepare& prepare) {
            Build({prepare.plan, {}, false});
          },
          [this](const core::Play& play) {
            Job job{play.plan, lives_.Begin(play.plan, node_.self()), play.succeeds};
            machine_.lives = lives_.Text();
            Build(std::move(job));
          },
          [this](const core::Arm&) { ArmBuilt(); },
          [this](const core::Stop&) {
            lives_.End();
            desk_.Stop();
            line_.commands.TrySend({.kind = Command::Kind::kStop});
          },
          [this](const core::Submit& submit) {
            if (world_.tracing()) {
              world_.Trace(machine_.name + " is handed event " +
                           std::to_string(submit.event.id & 0xffffffff) + " of task " +
                           std::to_string(submit.task));
            }
            line_.commands.TrySend(
                {.kind = Command::Kind::kSubmit, .task = submit.task, .event = submit.event});
          },
          [this](const core::Refused& refused) { world_.Refused(machine_, refused.reason); },
          [this](const core::Note& note) { world_.Trace(machine_.name + ": " + note.text); },
      },
      effect);
}

// The builder's thread takes one job after the other.
void AgentProcess::Build(Job job) {
  Dice& dice = world_.dice();
  const Nanoseconds begin = std::max(builder_free_, world_.calendar().now());
  builder_free_ = begin + (dice.Chance(0.8) ? Ms(dice.Between(2, 30)) : Ms(dice.Between(30, 250)));
  const auto shared = std::make_shared<const Job>(std::move(job));
  world_.calendar().At(builder_free_,
                       [&world = world_, number = machine_.number, life = life_, shared] {
                         world.InAgent(number, life, [shared](Process& process) {
                           static_cast<AgentProcess&>(process).Built(*shared);
                         });
                       });
}

void AgentProcess::Built(const Job& job) {
  const plan::Plan& plan = job.plan;
  if (plan.start_n == 0) {
    // That it can be built is seen when it is played; to build it twice would only take time here.
    agent::rt::Program program;
    const std::string error = agent::rt::DeriveProgram(plan, node_.self(), program);
    return Feed(core::PreparationEnded{plan.term, plan.version, error});
  }
  const std::string error = Produce(job);
  if (!error.empty()) world_.Broken(machine_.name + " cannot build a plan: " + error);
  Feed(core::PlayBuilt{plan.term, plan.version, error});
  built_.reset();  // if nobody wants it any more
  built_tracks_.clear();
}

std::string AgentProcess::Produce(const Job& job) {
  const auto program = std::make_shared<agent::rt::Program>();
  std::string error = agent::rt::DeriveProgram(job.plan, node_.self(), *program);
  if (!error.empty()) return error;
  for (agent::rt::ReplicaSpec& replica : program->replicas) {
    const auto task = static_cast<std::size_t>(replica.task);
    const core::ReplicaKey key{job.plan.tasks[task].description.id, replica.self};
    replica.lived_before = std::ranges::count(job.lived, key) > 0;
  }
  std::shared_ptr<const agent::rt::Program> predecessor;
  if (job.succeeds && !productions_.empty()) predecessor = productions_.back().engine->program();
  agent::rt::Engine::Wiring wiring;
  for (std::size_t i = 0; i < ports_.size(); ++i) wiring.ports[i] = ports_[i].get();
  wiring.clock = &machine_.clock;
  wiring.line = &line_;
  for (const agent::rt::OutputSpec& output : program->outputs) {
    const auto plays = [&output](const auto& other) { return SamePart(other, output); };
    if (predecessor != nullptr && std::ranges::any_of(predecessor->outputs, plays)) {
      wiring.outputs.push_back(nullptr);
      continue;
    }
    wiring.outputs.push_back(std::make_shared<SampleRing>(output.feed().channels, kRingFrames));
    built_tracks_.push_back({wiring.outputs.back(), world_.recordings.size()});
    world_.recordings.push_back(
        {machine_.number, output.id, output.feed().channels, 0, world_.calendar().now(), {}});
  }
  built_ = std::make_unique<Production>();
  for (const dsp::TaskMaterial& plays : MaterialOf(job.plan))
    built_->materials.push_back({plays, nullptr});
  built_->engine = agent::rt::Engine::Make(program, built_->materials, wiring, predecessor, error);
  return error;
}

void AgentProcess::ArmBuilt() {
  agent::rt::Engine* const engine = built_->engine.get();
  world_.Trace(machine_.name + " arms plan " + std::to_string(engine->plan().version) +
               (engine->waits_for_predecessor() ? ", which succeeds" : ""));
  world_.OnArmed(machine_, engine->plan().version);
  productions_.push_back(std::move(*built_));
  tracks_.insert(tracks_.end(), built_tracks_.begin(), built_tracks_.end());
  line_.commands.TrySend({.kind = Command::Kind::kArm, .engine = engine});
  desk_.Follow(engine->plan(), node_.self(), node_.peers());
}

void AgentProcess::Turn() {
  Record();
  FreeRetired();
  desk_.Turn(line_.counters.Read(), machine_.clock.LocalAt(world_.calendar().now()));
  TellNotes();
  TellStatus();
}

void AgentProcess::Record() {
  std::array<float, 2048> samples;
  for (const Track& track : tracks_) {
    Recording& recording = world_.recordings[track.recording];
    while (const std::size_t count = track.ring->Read(samples)) {
      recording.first_n = track.ring->first_n();
      recording.samples.insert(recording.samples.end(), samples.begin(),
                               samples.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
}

void AgentProcess::FreeRetired() {
  agent::rt::Engine* engine = nullptr;
  while (line_.retired.TryReceive(engine)) {
    world_.Trace(machine_.name + " is done with plan " + std::to_string(engine->plan().version));
    productions_.remove_if(
        [engine](const Production& production) { return production.engine.get() == engine; });
  }
}

void AgentProcess::TellNotes() {
  agent::handoff::VerdictNote verdict;
  while (line_.verdicts.TryReceive(verdict)) {
    if (world_.tracing()) {
      world_.Trace(machine_.name + " says event " + std::to_string(verdict.id & 0xffffffff) +
                   (verdict.verdict == Verdict::kCommitted ? " is committed" : " has expired"));
    }
    world_.OnVerdict(verdict.id, verdict.verdict);
    link_.Send(plan::VerdictReached{verdict.task, verdict.id, verdict.verdict});
  }
  agent::handoff::IncidentNote note;
  while (line_.incidents.TryReceive(note)) {
    world_.OnIncident(machine_, note);
    if (node_.held() != nullptr) link_.Send(agent::MakeIncident(note, *node_.held()));
  }
}

void AgentProcess::TellStatus() {
  const Nanoseconds now = machine_.clock.LocalAt(world_.calendar().now());
  if (now < next_status_) return;
  next_status_ = now + kStatusPeriod;
  plan::Status status;
  if (node_.held() != nullptr) {
    const agent::handoff::Counters& counters = line_.counters.Read();
    status.now = plan::MediaTimeAt(node_.held()->media, now);
    if (counters.plan_version == node_.held_version()) status = agent::MakeStatus(counters, {});
    desk_.joins().AddTo(status);
    status.plan_version = counters.plan_version;
  }
  link_.Send(std::move(status));
}

void AgentProcess::ForEachReplica(const std::function<void(const ReplicaLook&)>& look) const {
  for (const Production& production : productions_) {
    for (const auto& runner : production.engine->runners()) {
      if (runner == nullptr) continue;
      ReplicaLook seen{runner->task(), runner->spec().self, &runner->replica(), {}};
      for (const agent::rt::Producer& one : runner->spec().members) {
        seen.members.push_back(one.incarnation);
      }
      look(seen);
    }
  }
}

}  // namespace continuo::sim
