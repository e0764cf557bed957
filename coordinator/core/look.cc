// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "coordinator/core/adoption.h"
#include "coordinator/core/compile.h"
#include "coordinator/core/coordinator.h"
#include "coordinator/core/look_operations.h"
#include "coordinator/core/redundancy.h"
#include "coordinator/core/replica_health.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_life.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Work placed on a node, in millionths of its audio thread's budget.
std::int64_t LoadOf(const plan::Plan& plan, plan::NodeId node, const KernelCosts& stated_ns) {
  std::int64_t cost_ns = 0;
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      if (replica.node == node) cost_ns += CostOf(task.description, stated_ns);
    }
  }
  return cost_ns * 1'000'000 / kBudgetNsPerFrame;
}

NodeView LookAtNode(const State& state, const NodeRecord& record, const KernelCosts& stated_ns,
                    Nanoseconds time) {
  const Ledger& ledger = state.ledger;
  NodeView view;
  view.id = record.id;
  view.name = record.hello.name;
  view.domain = record.hello.domain;
  view.build_id = record.hello.build_id;
  view.asset_address = record.hello.asset_address;
  view.networks = record.hello.networks;
  view.attached = record.connection != 0;
  view.can_output = record.hello.can_output;
  view.can_compute = record.hello.can_compute;
  view.cores = record.hello.cores;
  view.drained = record.drained;
  view.in_plan = IsInPlan(ledger.plan, record.id);
  view.prepared = ledger.plan.version != 0 && HasPlan(ledger, record);
  view.holds_plan = view.in_plan && view.prepared;
  view.load_ppm = LoadOf(ledger.plan, record.id, stated_ns);
  view.liveness = state.watch.detector.LivenessOf(record.id);
  for (std::size_t i = 0; i < view.beats_heard.size(); ++i) {
    view.beats_heard[i] =
        state.watch.detector.HeardOn(record.id, static_cast<plan::Network>(i), time);
  }
  const auto report = state.watch.reports.find(record.id);
  if (report != state.watch.reports.end()) {
    view.status = report->second.status;
    view.status_n = plan::MediaTimeAt(ledger.media, report->second.time);
    view.clock_offsets = state.watch.clocks.OffsetsOf(record.hello.name);
  }
  return view;
}

/// Adds what all receivers say about a task's stream.
void AddReceivers(const Watch& watch, TaskView& task) {
  for (const auto& [node, report] : watch.reports) {
    for (const plan::StreamStatus& stream : report.status.streams) {
      if (stream.task != task.id) continue;
      task.concealed += stream.concealed;
      task.tainted += stream.tainted;
      task.divergences += stream.divergences;
      for (const plan::LegStatus& leg : stream.legs) {
        for (ReplicaView& replica : task.replicas) {
          if (replica.incarnation == leg.incarnation) {
            replica.selected += leg.selected;
            replica.selected_last_s += leg.selected_last_s;
          }
        }
      }
    }
  }
}

TaskView LookAtTask(const State& state, const plan::Task& task) {
  TaskView view;
  view.id = task.description.id;
  view.name = task.description.name.view();
  view.kind = task.description.kind.view();
  for (const dsp::Wire& wire : task.description.wires) {
    if (wire.ends == dsp::kForever) view.inputs.push_back(wire.from);
  }
  view.wanted = task.wanted;
  view.in_sync = CountInSync(state.watch, state.ledger, task);
  for (const plan::Replica& replica : task.replicas) {
    ReplicaView out;
    out.node = replica.node;
    out.node_name = NameOf(state.ledger, replica.node);
    out.incarnation = replica.incarnation;
    out.origin = replica.origin;
    out.role = replica.role;
    out.leaving = replica.leaving;
    out.live = IsLive(state.watch, state.ledger, replica);
    if (const auto* status = StatusOf(state.watch, view.id, replica)) {
      out.state = status->state;
      out.next = status->next;
      out.join = status->join;
      out.state_bytes = status->state_bytes;
      out.gap = status->gap;
      out.process_ns_mean = status->process_ns_mean;
      out.process_ns_max = status->process_ns_max;
      out.readings = status->readings;
      out.device = status->device;
    }
    view.replicas.push_back(std::move(out));
  }
  AddReceivers(state.watch, view);
  return view;
}

OutputView LookAtOutput(const State& state, const plan::Output& output) {
  const plan::Task* from = plan::FindTask(state.ledger.plan, output.from);
  OutputView view;
  view.id = output.id;
  view.name = output.name;
  view.from = from == nullptr ? "?" : std::string(from->description.name.view());
  view.node = output.node;
  view.node_name = NameOf(state.ledger, output.node);
  view.live = IsLive(state.watch, state.ledger, {output.node, 0});
  view.status.id = output.id;
  const auto report = state.watch.reports.find(output.node);
  if (report == state.watch.reports.end()) return view;
  for (const plan::OutputStatus& status : report->second.status.outputs) {
    if (status.id == output.id) view.status = status;
  }
  return view;
}

SessionView LookAtSession(const Ledger& ledger, MediaTime now) {
  SessionView view;
  const auto segments = CommittedSegments(ledger);
  const MediaTime n = std::max(now, segments.front().n0);
  view.segment = SegmentAt(segments, n);
  const std::size_t told = std::min(segments.size(), SessionView::kMostSegments);
  view.segments.assign(segments.end() - static_cast<std::ptrdiff_t>(told), segments.end());
  view.tick = view.segment.At(n);
  view.position = session::ToBarBeat(view.segment, view.tick);
  return view;
}

}  // namespace

const char* ToString(Liveness liveness) {
  switch (liveness) {
    case Liveness::kDetached:
      return "detached";
    case Liveness::kAlive:
      return "alive";
    case Liveness::kSuspect:
      return "suspect";
    case Liveness::kDead:
      return "dead";
  }
  return "?";
}

const char* ToString(ShowPhase phase) {
  switch (phase) {
    case ShowPhase::kIdle:
      return "idle";
    case ShowPhase::kPreparing:
      return "preparing";
    case ShowPhase::kDated:
      return "dated";
    case ShowPhase::kPlaying:
      return "playing";
    case ShowPhase::kFinished:
      return "finished";
    case ShowPhase::kStopped:
      return "stopped";
    case ShowPhase::kFailed:
      return "failed";
  }
  return "?";
}

View Look(const State& state, Nanoseconds time) {
  const Ledger& ledger = state.ledger;
  View view;
  view.term = ledger.term;
  view.now = plan::MediaTimeAt(ledger.media, time);
  view.stall_max = state.watch.detector.stall_max();
  view.show = {PhaseAt(ledger, time), ledger.show.show.name, ledger.show.problem,
               ledger.show.source, ledger.show.assets};
  for (const auto& version : ledger.versions.all()) {
    view.versions.push_back({version->number, version->n, version->by, version->show.name,
                             static_cast<int>(version->show.tasks.size()), version->text});
  }
  if (ledger.lock.on && IsBusy(view.show.phase)) {
    view.lock = {ledger.lock.by, ledger.lock.reason, ledger.lock.n};
  }
  for (const ShowScene& scene : ledger.show.show.scenes) {
    SceneView& seen = view.scenes.emplace_back();
    seen.name = scene.name;
    seen.tasks = static_cast<int>(scene.tasks.size());
    for (const ShowSceneTask& task : scene.tasks) {
      seen.settings += static_cast<int>(task.params.size());
    }
  }
  view.plan = ledger.plan;
  if (ledger.plan.start_n != 0) {
    const bool over = view.show.phase == ShowPhase::kFinished;
    const MediaTime end = ledger.plan.start_n + ledger.plan.length;
    view.session = LookAtSession(ledger, over ? end : view.now);
  }
  const KernelCosts stated_ns = StatedCosts(ledger);
  for (const NodeRecord& node : ledger.nodes) {
    if (!IsUnknown(node)) view.nodes.push_back(LookAtNode(state, node, stated_ns, time));
  }
  for (const plan::Task& task : ledger.plan.tasks) {
    if (task.span.ends > view.now) view.tasks.push_back(LookAtTask(state, task));
  }
  for (const plan::Output& output : ledger.plan.outputs) {
    view.outputs.push_back(LookAtOutput(state, output));
  }
  for (const EventRecord& event : ledger.events) {
    view.events.push_back({event.event, event.task, event.text, event.verdict});
  }
  view.incidents.assign(state.watch.incidents.begin(), state.watch.incidents.end());
  view.gaps = state.watch.gaps;
  view.plans = ledger.plans.all();
  view.operations = LookAtOperations(state);
  view.clock = state.watch.clock;
  view.clock_offsets = state.watch.clocks.OffsetsOf(std::string(kOwnClock));
  return view;
}

}  // namespace continuo::coordinator
