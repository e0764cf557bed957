// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_start.h"

#include <algorithm>

#include "coordinator/core/compile.h"
#include "coordinator/core/held_parts.h"
#include "coordinator/core/packing.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/show_guard.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_replace.h"
#include "coordinator/core/succession.h"
#include "proto/plan/validate.h"

namespace continuo::coordinator {
namespace {

/// A task with one replica has witnesses where there are nodes for them: a successor and a vice.
void AddWitnesses(const std::vector<PlacementTask>& wishes, const Fleet& fleet,
                  Incarnation& last_incarnation, plan::Plan& plan) {
  Packing packing(fleet, OccupancyOf(plan, wishes, fleet));
  for (int turn = 0; turn < plan::kWitnesses; ++turn) {
    for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
      plan::Task& task = plan.tasks[i];
      if (task.wanted != 1) continue;
      packing.Consider(wishes[i]);
      for (const plan::NodeId node : NodesOf(task)) packing.Occupy(packing.IndexOf(node));
      const std::size_t best = packing.Best();
      if (best == Packing::kNone) continue;
      packing.Load(best, 0, wishes[i].memory_bytes, 1);
      task.replicas.push_back({fleet[best].id, ++last_incarnation, plan::Origin::kFounder,
                               plan::Role::kWitness, false});
    }
  }
}

Reply Refused(std::vector<Issue> issues) {
  const auto errors = std::count_if(issues.begin(), issues.end(),
                                    [](const Issue& issue) { return !issue.warning; });
  Reply reply{.code = Code::kInvalid};
  reply.text = "the show cannot play: " + std::to_string(errors) +
               (errors == 1 ? " thing is wrong" : " things are wrong");
  reply.issues = std::move(issues);
  return reply;
}

std::string BusyText(const Ledger& ledger) {
  return "the show \"" + ledger.show.show.name +
         "\" is about to start; apply this one once it plays, or stop it first (continuo show "
         "stop)";
}

/// Empty, or why there can be none.
std::string MakePlan(Ledger& ledger, const ShowApplied& applied, const Arrangement& arrangement,
                     const Fleet& fleet) {
  plan::Plan plan;
  plan.term = ledger.term;
  plan.version = ++ledger.last_version;
  plan.media = ledger.media;
  FillPlan(applied.show, applied.assets, arrangement.placement, ledger.last_incarnation, plan);
  AddWitnesses(arrangement.wishes, fleet, ledger.last_incarnation, plan);
  plan.nodes = HostsOf(ledger, plan);
  if (std::string wrong = NameLineages(plan); !wrong.empty()) return wrong;
  ledger.plan = std::move(plan);
  ledger.events.clear();
  ledger.changes.clear();
  ledger.lost.reset();
  Found(ledger);
  return "";
}

/// Nodes that still hold a plan that is over, and are not needed for the new one.
void DismissOthers(const Ledger& ledger, Effects& effects) {
  for (const NodeRecord& node : ledger.nodes) {
    if (node.connection == 0 || node.prepared == 0 || IsInPlan(ledger.plan, node.id)) continue;
    effects.emplace_back(SendToAgent{node.connection, plan::ShowStopped{ledger.term}});
  }
}

}  // namespace

std::string NameLineages(plan::Plan& plan) {
  constexpr std::uint32_t kAttempts = 16;
  std::string wrong;
  for (std::uint32_t i = 0; i < kAttempts; ++i) {
    const std::uint32_t generation = 1 + (plan.version - 1 + i * 4096) % 0xffff;
    for (plan::Task& task : plan.tasks) task.generation = static_cast<std::uint16_t>(generation);
    wrong = plan::Validate(plan);
    if (wrong.empty()) break;
  }
  return wrong;
}

namespace {

/// `to`: nobody shall be told to ask himself; nullptr: that is seen to when it is written.
plan::PlanSent PlanTo(const Ledger& ledger, const NodeRecord* to) {
  plan::PlanSent sent;
  sent.plan = ledger.plan;
  sent.plan.term = ledger.term;  // whoever made it: agents heed nobody older than us
  const std::string& own = ledger.started.asset_address;
  if (!own.empty()) sent.asset_sources.push_back(own);
  for (const NodeRecord& other : ledger.nodes) {
    const bool is_it = to != nullptr && other.id == to->id;
    if (is_it || other.hello.asset_address.empty()) continue;
    if (IsAvailable(other)) sent.asset_sources.push_back(other.hello.asset_address);
    // One that is only not attached, perhaps since the coordinator was away, still gives its states; to ask one that is
    // probably dead only costs time.
    if (!IsDoubted(ledger, other.id)) {
      sent.peers.push_back({other.id, other.hello.asset_address});
    }
  }
  return sent;
}

bool IsSentInParts(const plan::Plan& plan) {
  return plan.tasks.size() > plan::kWholePlanTasks;
}

}  // namespace

plan::PlanSent PlanFor(const Ledger& ledger, const NodeRecord& node) {
  if (!IsSentInParts(ledger.plan)) return PlanTo(ledger, &node);
  plan::PlanSent sent = PlanTo(ledger, nullptr);
  sent.to = node.id;
  sent.parts = ledger.parts.Of(ledger.plan);
  return sent;
}

void SendPlan(const Ledger& ledger, Effects& effects) {
  plan::PlanSent part;
  const bool in_parts = IsSentInParts(ledger.plan);
  if (in_parts) {
    part = PlanTo(ledger, nullptr);
    part.parts = ledger.parts.Of(ledger.plan);
  }
  for (const NodeRecord& node : ledger.nodes) {
    if (node.connection == 0 || !IsInPlan(ledger.plan, node.id)) continue;
    part.to = node.id;
    effects.emplace_back(SendToAgent{node.connection, in_parts ? part : PlanTo(ledger, &node)});
  }
}

void ApplyShow(Ledger& ledger, const ShowApplied& applied, Nanoseconds time, Effects& effects) {
  if (std::string locked = WhyLocked(ledger, time); !locked.empty()) {
    effects.push_back(
        Settle{ledger.last_command, {.code = Code::kPrecondition, .text = std::move(locked)}});
    return;
  }
  const ShowPhase phase = PhaseAt(ledger, time);
  if (phase == ShowPhase::kPlaying) return ReplaceShow(ledger, applied, time, effects);
  if (IsBusy(phase)) {
    effects.push_back(
        Settle{ledger.last_command, {.code = Code::kPrecondition, .text = BusyText(ledger)}});
    return;
  }
  const Fleet fleet = FleetOf(ledger);
  Arrangement arrangement;
  std::vector<Issue> issues = CheckShow(applied.show, applied.assets, &fleet, &arrangement);
  if (HasErrors(issues)) {
    effects.push_back(Settle{ledger.last_command, Refused(std::move(issues))});
    return;
  }
  if (const std::string wrong = MakePlan(ledger, applied, arrangement, fleet); !wrong.empty()) {
    issues.push_back({"", "no plan can be made of it: " + wrong});
    effects.push_back(Settle{ledger.last_command, Refused(std::move(issues))});
    return;
  }
  ledger.lock = {};
  ledger.show = {ShowState::kPreparing,
                 applied.show,
                 applied.source,
                 applied.assets,
                 std::move(issues),
                 "",
                 applied.by,
                 applied.again,
                 ledger.last_command,
                 time + kPreparationPatience};
  DismissOthers(ledger, effects);
  StopHeldParts(ledger, effects);
  for (NodeRecord& node : ledger.nodes) node.prepared = 0;
  effects.push_back(LogLine{Severity::kInfo, "show \"" + applied.show.name + "\", plan " +
                                                 std::to_string(ledger.plan.version) +
                                                 ": preparing"});
  SendPlan(ledger, effects);
}

}  // namespace continuo::coordinator
