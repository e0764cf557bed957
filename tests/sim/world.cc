// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "coordinator/core/events.h"
#include "proto/plan/media_time.h"
#include "sim/judge.h"
#include "sim/power_cut.h"

namespace continuo::sim {
namespace {

constexpr Nanoseconds kQuiet = Ms(1500);         // between the last fault's end and the judgement
constexpr Nanoseconds kRestoration = Ms(5000);   // the promise: redundancy is back within that time
constexpr Nanoseconds kOperations = Ms(30'000);  // for the last operation to come to its verdict
constexpr Nanoseconds kInjections = Ms(4);       // how often it is looked whether all is well
constexpr int kLeastFaults = 10;

/// Of every odd seed.
bool IsSentInParts(const Scene& scene) {
  return scene.seed % 2 == 1;
}

}  // namespace

World::World(const Scene& scene, bool trace)
    : scene_(scene),
      trace_(trace),
      dice_(Dice(scene.seed).Fork(10)),
      control_(*this, Dice(scene.seed).Fork(11), IsSentInParts(scene)),
      council_(*this, scene.coordinators),
      operator_(*this),
      reader_(*this),
      injector_(*this) {
  Dice clocks = Dice(scene.seed).Fork(12);
  const auto spread = [&](std::int64_t most) { return clocks.Between(-most, most); };
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    const auto index = static_cast<std::size_t>(i);
    networks_[index] =
        std::make_unique<Network>(i, calendar_, scene.habits[i], Dice(scene.seed).Fork(20 + index));
    networks_[index]->SetTap(
        [this](int from, std::span<const std::uint8_t> bytes) { Overhear(from, bytes); });
  }
  for (int number = 1; number <= scene.compute + scene.outputs; ++number) {
    machines_.push_back(std::make_unique<Machine>(number, calendar_, spread(scene.clock_offset_max),
                                                  spread(scene.clock_ppb_max)));
    Machine& made = *machines_.back();
    const bool foh = number > scene.compute;
    made.name = (foh ? "foh" : "node") + std::to_string(foh ? number - scene.compute : number);
    made.can_output = foh;
    made.can_compute = !foh;
    made.back_at = Ms(10) + dice_.Below(Ms(300));
  }
  Dice crystals = Dice(scene.seed).Fork(40);
  for (int i = 1; i <= scene.boards; ++i) {
    const int number = scene.compute + scene.outputs + i;
    machines_.push_back(std::make_unique<Machine>(
        number, calendar_, 0, crystals.Between(-scene.clock_ppb_max, scene.clock_ppb_max)));
    Machine& made = *machines_.back();
    made.name = "mcu" + std::to_string(i);
    made.can_compute = false;  // but what the show keeps on it
    made.is_board = true;
    made.back_at = Ms(10) + crystals.Below(Ms(300));
  }
}

World::~World() = default;

Outcome World::Run() {
  RunUntil(Ms(900));
  operator_.ApplyShow();
  const Nanoseconds asked = calendar_.now();
  while (!operator_.show_answered() && calendar_.now() < asked + Ms(6000)) {
    RunUntil(calendar_.now() + Ms(100));
  }
  if (!operator_.show_answered() || !operator_.show_reply().ok()) {
    std::string why = operator_.show_reply().text;
    for (const auto& issue : operator_.show_reply().issues)
      why += "; " + issue.field + ": " + issue.text;
    Broken("the show was not dated: " + why);
    return outcome_;
  }
  OnShowDated(operator_.show_reply().start_n);
  const Nanoseconds start = TrueTimeOf(start_n_);
  RunUntil(start + scene_.length);
  const Nanoseconds patience = start + 3 * scene_.length;
  while (outcome_.faults < kLeastFaults &&
         injector_.struck() < static_cast<int>(scene_.faults.size()) &&
         calendar_.now() < patience && outcome_.good()) {
    RunUntil(calendar_.now() + Ms(200));
  }
  injector_.Stop();
  Mend();
  RunUntil(calendar_.now() + Ms(20));
  operator_.StopWishing();
  std::string why;
  const Nanoseconds limit = calendar_.now() + kRestoration;
  while (!injector_.Settled(&why) && calendar_.now() < limit) RunUntil(calendar_.now() + Ms(50));
  if (!scene_.reckless && !injector_.Settled(&why)) {
    Broken("5 s after the last fault redundancy was not back: " + why);
  }
  // Every operation ends, with or without success.
  const Nanoseconds end = calendar_.now() + kOperations;
  const auto has_ended = [](const auto& operation) { return HasEnded(operation.phase); };
  while (calendar_.now() < end &&
         (operator_.open() > 0 || !std::ranges::all_of(ledger().operations, has_ended))) {
    RunUntil(calendar_.now() + Ms(200));
  }
  RunUntil(calendar_.now() + kQuiet);
  for (const auto& network : networks_) outcome_.datagrams += network->carried();
  for (auto& machine : machines_) {
    if (machine->process != nullptr) machine->process->Turn();
  }
  if (!lost_ && scene_.faults.size() >= 2 * kLeastFaults && outcome_.faults < kLeastFaults) {
    Broken("only " + std::to_string(outcome_.faults) + " faults could strike: " + why);
  }
  Judge(*this);
  if (scene_.power_cut && outcome_.good()) CutThePower(*this);
  outcome_.seconds = static_cast<double>(calendar_.now()) / 1e9;
  return outcome_;
}

void World::Overhear(int number, std::span<const std::uint8_t> bytes) {
  const bool of_board = number > scene_.compute + scene_.outputs && number <= scene_.machines();
  if (of_board && !bytes.empty() && bytes[0] >> 6 == 2) ++outcome_.by_boards;
  const std::size_t known = tap_.conflicts().size();
  tap_.Hear(bytes);
  if (scene_.reckless && tap_.conflicts().size() > known) parting_.Weigh(tap_.conflicts().back());
}

void World::OnShowDated(MediaTime start_n) {
  start_n_ = start_n;
  media_ = ledger().media;
  tap_.Begin(scene_.show.quantum, PacketOf(start_n, scene_.show.quantum));
}

void World::OnPowerCut() {
  start_n_ = 0;
  forgotten_.clear();
  reader_.Stop();
}

// ---- time

Nanoseconds World::TrueTimeOf(MediaTime n) const {
  const plan::MediaTimeMap& media = start_n_ != 0 ? media_ : ledger().media;
  return council_.clock().TrueAt(plan::TimeAt(media, n));
}

void World::RunUntil(Nanoseconds end) {
  Nanoseconds next_poll = calendar_.now();
  while (!lost_) {
    Machine* first = nullptr;
    Nanoseconds next = std::min(calendar_.next(), next_poll);
    for (const auto& machine : machines_) {
      Nanoseconds t = machine->back_at;
      if (machine->process != nullptr && machine->asleep_until == 0) {
        t = std::min(t, machine->process->next_pulse());
      }
      if (t < next) {
        next = t;
        first = machine.get();
      }
    }
    if (next > end) break;
    if (first == nullptr && calendar_.next() <= next) {
      calendar_.RunNext();
      continue;
    }
    calendar_.SetNow(std::max(next, calendar_.now()));
    if (first == nullptr) {
      next_poll = calendar_.now() + Ms(1);
      council_.Turn();
      operator_.Poll();
      reader_.Poll();
      NoticeLoss();
      if (start_n_ == 0 || lost_) continue;
      const Nanoseconds played = calendar_.now() - TrueTimeOf(start_n_);
      operator_.Ask(played);
      if (played < 0 || calendar_.now() < next_injection_) continue;
      next_injection_ = calendar_.now() + kInjections;
      injector_.Poll();
      if (scene_.reckless) parting_.Look();
    } else if (first->back_at <= next) {
      first->back_at = kNever;
      first->process == nullptr ? StartAgent(*first) : Wake(*first);
    } else {
      PulseAgent(*first);
    }
  }
  calendar_.SetNow(end);
}

/// Who kills whatever computes the session loses the performance. It is judged as far as it went; the next one is
/// another matter.
void World::NoticeLoss() {
  const std::optional<coordinator::LostShow>& lost = ledger().lost;
  const bool begins_anew = start_n_ == 0 && begins_anew_ && !lost;
  if (begins_anew && ledger().show.state == coordinator::ShowState::kDated) {
    begins_anew_ = false;
    return OnShowDated(ledger().plan.start_n);
  }
  if (start_n_ == 0 || !lost) return;
  // A store may take its time without a fault; what has no date yet is not heard.
  const bool missed_its_date = lost->n == lost->plan.start_n;
  if (!scene_.reckless && !missed_its_date) Broken("one fault at a time, and the show was lost");
  if (!HasBegun(*lost)) {
    Trace("the show will begin anew");
    begins_anew_ = true;
    start_n_ = 0;
    return;
  }
  lost_ = true;
  Trace("the show is lost");
}

// ---- coordinators

// Agents that wait for it to lead are sent away, and come at once.
void World::OnCoordinatorBegun(std::uint64_t life) {
  ++outcome_.reigns;
  for (int seat = 0; seat < council_.count(); ++seat) {
    const CoordinatorProcess* const reign = council_.reign(seat);
    if (reign == nullptr || reign->life() != life) continue;
    for (const auto& machine : machines_) {
      if (machine->process == nullptr) continue;
      calendar_.In(Us(dice_.Between(200, 3000)),
                   [this, seat, number = machine->number, process = machine->life] {
                     InAgent(number, process, [seat](Process& agent) { agent.Connect(seat); });
                   });
    }
  }
}

void World::OnForgotten(const coordinator::Ledger& before, const coordinator::Ledger& left) {
  Trace("the disk has lost what it had acknowledged");
  for (const coordinator::EventRecord& record : before.events) {
    if (FindEvent(left, record.event.id) == nullptr) forgotten_.push_back(record);
  }
  seen_.clear();  // an older plan may be all that is known
  operator_.Forgive(left);
  injector_.Forget();
  reader_.Forget(left);
}

void World::OnVerdict(EventId id, Verdict verdict) {
  const auto [said, is_first] = said_.try_emplace(id, verdict);
  if (!is_first && said->second != verdict) said->second = Verdict::kNone;
}

std::optional<Verdict> World::SaidOf(EventId id) const {
  const auto said = said_.find(id);
  if (said == said_.end() || said->second == Verdict::kNone) return std::nullopt;
  return said->second;
}

void World::OnCoordinatorOver(std::uint64_t life) {
  operator_.OnCoordinatorDied(life);
  control_.BreakAllOfCoordinator(life);
}

// ---- what is noticed on the way

static std::string TextOf(const plan::Plan& plan) {
  std::string text;
  for (const plan::Task& task : plan.tasks) {
    text += "; " + std::string(task.description.name.view()) + " x" + std::to_string(task.wanted);
    for (const plan::Replica& replica : task.replicas) {
      text += " " + std::to_string(replica.incarnation) + "@" +
              std::string(plan::FindNode(plan, replica.node)->name) +
              (replica.origin == plan::Origin::kJoiner ? "j" : "") +
              (replica.role == plan::Role::kWitness ? "w" : "") + (replica.leaving ? "l" : "");
    }
  }
  return text;
}

void World::OnBridgeSpeaks(const Machine& machine, std::uint32_t bridge) {
  auto& newest = seen_[{machine.number, bridge}];
  for (const auto& [who, seen] : seen_) {
    if (who.first == machine.number) newest = std::max(newest, seen);
  }
}

void World::OnPlanSeen(const Machine& machine, const plan::Plan& plan, std::uint32_t bridge) {
  auto& [term, version] = seen_[{machine.number, bridge}];
  if (plan.version < version && plan.term >= term) {
    Broken(machine.name + " was sent plan " + std::to_string(plan.version) + " after plan " +
           std::to_string(version));
  }
  if (plan.version > newest_plan_) {
    newest_plan_ = plan.version;
    if (trace_) Trace("plan " + std::to_string(plan.version) + TextOf(plan));
  }
  term = std::max(term, plan.term);
  version = std::max(version, plan.version);
}

void World::OnIncident(const Machine& machine, const agent::handoff::IncidentNote& note) {
  if (note.kind == plan::IncidentKind::kJoined) ++outcome_.joins;
  if (note.kind == plan::IncidentKind::kResumed) ++outcome_.resumes;
  if (!trace_) return;
  Trace(machine.name + " reports: " + plan::ToString(note.kind) + ", task " +
        std::to_string(note.task) + ", n " + std::to_string(note.n - start_n_));
}

void World::Refused(const Machine& machine, const std::string& reason) {
  Trace(machine.name + " is refused: " + reason);
}

void World::Broken(const std::string& what) {
  Trace("BROKEN: " + what);
  if (outcome_.failures.size() < 20) outcome_.failures.push_back(what);
}

void World::Trace(const std::string& text) {
  if (!trace_) return;
  std::printf("%10.3f ms  %s\n", static_cast<double>(calendar_.now()) / 1e6, text.c_str());
}

void World::Mend() {
  const Nanoseconds now = calendar_.now();
  for (int i = 0; i < plan::kMaxNetworks; ++i) network(i).Mend();
  for (auto& machine : machines_) {
    machine->clock.SetCost(300);
    if (machine->process != nullptr) machine->process->Mend();
    if (machine->back_at != kNever) machine->back_at = std::min(machine->back_at, now + Ms(1));
  }
  council_.Mend();
}

}  // namespace continuo::sim
