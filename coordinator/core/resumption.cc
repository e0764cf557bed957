// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/resumption.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "coordinator/core/events.h"
#include "coordinator/core/param_values.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/room.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_start.h"
#include "coordinator/core/succession.h"
#include "dsp/kernels/kernel.h"
#include "proto/plan/media_time.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {
namespace {

/// Machines that boot have fetched everything already; one that does not answer is left out at the next try.
constexpr Nanoseconds kPatience = 10'000'000'000;

bool IsHere(const Ledger& ledger, plan::NodeId node) {
  const NodeRecord* const record = FindNode(ledger, node);
  return record != nullptr && IsAvailable(*record);
}

/// The graph as it was, without what was on its way out.
void TakeGraph(plan::Plan& plan) {
  plan.tasks.EraseIf([](const plan::Task& task) { return task.span.ends != dsp::kForever; });
  for (plan::Task& task : plan.tasks) {
    task.span = {};
    task.rewired = 0;
    auto& wires = task.description.wires;
    for (std::size_t i = wires.size(); i-- > 0;) {
      wires[i].begins = 0;
      if (wires[i].ends != dsp::kForever) wires.erase(i);
    }
  }
  for (plan::Output& output : plan.outputs) {
    output.before = 0;
    output.since = 0;
  }
}

class Resumption {
 public:
  explicit Resumption(Ledger& ledger) : ledger_(ledger) {}

  /// Empty, or why it has to wait; the ledger is then as before but for numbers.
  std::string Make() {
    if (std::string waits = WhyNoOutput(); !waits.empty()) return waits;
    plan::Plan& plan = ledger_.plan;
    plan = ledger_.lost->plan;
    plan.term = ledger_.term;
    plan.version = ++ledger_.last_version;
    plan.run = 0;
    plan.start_n = 0;
    plan.media = ledger_.media;
    TakeGraph(plan);
    const plan::SharedList<plan::Task> before = plan.tasks;
    ledger_.replicas.clear();  // what they were measured at goes with them
    ledger_.operations.clear();
    for (plan::Task& task : plan.tasks) task.replicas.clear();
    for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
      if (std::string waits = Place(plan.tasks[i], before[i]); !waits.empty()) return waits;
    }
    plan.nodes = HostsOf(ledger_, plan);
    return NameLineages(plan);
  }

 private:
  std::string WhyNoOutput() const {
    const auto& outputs = ledger_.lost->plan.outputs;
    const bool any = std::any_of(outputs.begin(), outputs.end(), [this](const plan::Output& one) {
      return IsHere(ledger_, one.node);
    });
    return any || outputs.empty() ? ""
                                  : "no node is back that plays an output (" +
                                        NameOf(ledger_, outputs.front().node) + ")";
  }

  void Add(plan::Task& task, plan::NodeId node, plan::Role role) {
    task.replicas.push_back(
        {node, NextIncarnation(ledger_, task), plan::Origin::kFounder, role, false});
  }

  /// Where it was; beside that, wherever there is room.
  std::string Place(plan::Task& task, const plan::Task& before) {
    task.epoch = ledger_.plan.version;
    int computing = 0;
    for (const plan::Replica& old : before.replicas) {
      const bool stays = old.role == plan::Role::kCompute && !old.leaving;
      if (!stays || computing == task.wanted || !IsHere(ledger_, old.node)) continue;
      Add(task, old.node, plan::Role::kCompute);
      ++computing;
    }
    for (; computing < task.wanted; ++computing) {
      const Choice choice = Choose(ledger_, task);
      if (choice.node == 0 && computing == 0) return choice.why_not;
      if (choice.node == 0) break;
      Add(task, choice.node, plan::Role::kCompute);
    }
    if (task.wanted == 1) PlaceWitnesses(task, before);
    return "";
  }

  void PlaceWitnesses(plan::Task& task, const plan::Task& before) {
    int witnesses = 0;
    for (const plan::Replica& old : before.replicas) {
      const bool stays = old.role == plan::Role::kWitness && !plan::RunsOn(task, old.node);
      if (!stays || witnesses == plan::kWitnesses || !IsHere(ledger_, old.node)) continue;
      Add(task, old.node, plan::Role::kWitness);
      ++witnesses;
    }
    for (; witnesses < plan::kWitnesses; ++witnesses) {
      const plan::NodeId node = PlaceForWitness(ledger_, task);
      if (node != 0) Add(task, node, plan::Role::kWitness);
    }
  }

  Ledger& ledger_;
};

/// How much later than planned everything comes: nothing, but for a show that has not begun.
Frames DelayOf(const LostShow& lost, MediaTime start_n) {
  return HasBegun(lost) ? 0 : start_n - lost.plan.start_n;
}

/// The music of then, from that sample on.
session::Segment SegmentFrom(const LostShow& lost, MediaTime n) {
  const Frames delay = DelayOf(lost, n);
  session::Segment segment = session::Rebase(SegmentAt(lost.segments, n - delay), n - delay);
  segment.n0 += delay;
  if (segment.mute_n0 != 0) segment.mute_n0 += delay;
  const bool is_over = segment.mute_n0 + session::kMuteFade <= n;
  if (is_over) segment.mute_n0 = 0;  // it begins as silent, or as loud, as the panic left it
  return segment;
}

/// The map begins with the tempo of the place that the show begins at; here that is not its beginning.
session::TempoMarks MarksOf(const plan::Plan& plan) {
  const session::TempoMarks& marks = plan.tempo_marks;
  if (marks.empty() || marks[0].tick == 0) return marks;
  session::TempoMarks whole;
  whole.push_back({0, plan.session.tempo_mbpm});
  for (const session::TempoMark& mark : marks) whole.push_back(mark);
  return whole;
}

void CarryParams(const LostShow& lost, plan::Plan& plan) {
  std::vector<TaskCommand> events;
  for (const EventRecord& record : lost.events) events.emplace_back(record.task, record.event);
  const std::vector<TaskCommand> heard = AsHeard(events);
  for (plan::Task& task : plan.tasks) {
    ParamValues values;
    for (const dsp::ParamSetting& param : task.description.params) {
      values[param.index] = param.value;
    }
    ApplyUpTo(plan.start_n - DelayOf(lost, plan.start_n), heard, task.description, values);
    task.description.params.clear();
    for (const auto& [index, value] : values) {
      task.description.params.push_back({static_cast<std::uint16_t>(index), value});
    }
  }
}

}  // namespace

void ResumeShow(Ledger& ledger, Nanoseconds time, Effects& effects) {
  if (ledger.show.state != ShowState::kDark || !ledger.lost) return;
  const Ledger before = ledger;
  const std::string waits = Resumption(ledger).Make();
  if (!waits.empty()) {
    const bool is_news = ledger.show.problem != waits;
    const std::uint32_t version = ledger.last_version;
    const Incarnation incarnation = ledger.last_incarnation;
    ledger = before;
    ledger.last_version = version;
    ledger.last_incarnation = incarnation;
    ledger.show.problem = waits;
    if (!is_news) return;
    effects.emplace_back(LogLine{
        Severity::kWarning, "show \"" + ledger.plan.show + "\" cannot be taken up yet: " + waits});
    return;
  }
  ledger.events.clear();
  ledger.changes.clear();
  Found(ledger);
  for (NodeRecord& node : ledger.nodes) node.prepared = 0;
  ledger.show.state = ShowState::kPreparing;
  ledger.show.deadline = time + kPatience;
  effects.emplace_back(LogLine{Severity::kInfo, "show \"" + ledger.plan.show + "\", plan " +
                                                    std::to_string(ledger.plan.version) +
                                                    ": preparing to take it up again"});
  SendPlan(ledger, effects);
}

bool CarryOver(Ledger& ledger) {
  const LostShow& lost = *ledger.lost;
  plan::Plan& plan = ledger.plan;
  plan.session = SegmentFrom(lost, plan.start_n);
  plan.tempo_marks = MarksOf(lost.plan);
  CarryParams(lost, plan);
  if (lost.plan.length == 0) return true;
  const Frames delay = DelayOf(lost, plan.start_n);
  plan.length = lost.plan.start_n + delay + lost.plan.length - plan.start_n;
  return plan.length > 0;
}

void CarryOverEvents(Ledger& ledger, Effects& effects) {
  const std::optional<LostShow> lost = std::exchange(ledger.lost, std::nullopt);
  const Frames delay = DelayOf(*lost, ledger.plan.start_n);
  for (const EventRecord& record : lost->events) {
    const bool is_there = plan::FindTask(ledger.plan, record.task) != nullptr;
    Event event = record.event;
    event.at += delay;
    if (!is_there || event.at <= ledger.plan.start_n) continue;
    IssueDated(ledger, record.task, event, record.text, effects);
  }
}

}  // namespace continuo::coordinator
