// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/view_codec.h"

#include <algorithm>
#include <limits>
#include <span>

#include "coordinator/edge/grpc/operation_codec.h"
#include "proto/continuo/v1/control.pb.h"
#include "proto/transport/link_codec.h"
#include "proto/transport/plan_codec.h"

namespace continuo::coordinator {
namespace {

using transport::FieldPlace;
using transport::FromProto;
using transport::ToProto;

/// A storm of parameters must not make every look at the status large.
constexpr std::size_t kEventsTold = 200;

// The enumerations travel as their numbers.
static_assert(static_cast<int>(Liveness::kDead) == v1::LIVENESS_DEAD);
static_assert(static_cast<int>(ShowPhase::kFailed) == v1::SHOW_PHASE_FAILED);

void WriteNode(const NodeView& node, v1::NodeStatus& out) {
  out.set_id(node.id);
  out.set_name(node.name);
  out.set_domain(node.domain);
  out.set_build_id(node.build_id);
  out.set_asset_address(node.asset_address);
  for (const plan::Endpoint& endpoint : node.networks) ToProto(endpoint, *out.add_networks());
  for (const bool heard : node.beats_heard) out.add_beats_heard(heard);
  out.set_liveness(static_cast<v1::Liveness>(node.liveness));
  out.set_attached(node.attached);
  out.set_can_output(node.can_output);
  out.set_can_compute(node.can_compute);
  out.set_in_plan(node.in_plan);
  out.set_holds_plan(node.holds_plan);
  out.set_prepared(node.prepared);
  out.set_cores(node.cores);
  out.set_load_ppm(node.load_ppm);
  if (node.status) ToProto(*node.status, *out.mutable_status());
  out.set_status_n(node.status_n);
  out.set_drained(node.drained);
  for (const Nanoseconds offset : node.clock_offsets) out.add_clock_offsets(offset);
}

void ReadNode(const v1::NodeStatus& in, NodeView& node, const FieldPlace& place) {
  node.id = place.Within("id", in.id(), 1, 0xffff);
  node.name = in.name();
  node.domain = in.domain();
  node.build_id = in.build_id();
  node.asset_address = in.asset_address();
  for (int i = 0; i < in.networks_size(); ++i) {
    plan::Endpoint endpoint;
    FromProto(in.networks(i), endpoint, place.Item("networks", i));
    node.networks.push_back(endpoint);
  }
  for (int i = 0; i < in.beats_heard_size() && i < plan::kMaxNetworks; ++i) {
    node.beats_heard[i] = in.beats_heard(i);
  }
  node.liveness = static_cast<Liveness>(
      place.Within("liveness", in.liveness(), v1::LIVENESS_DETACHED, v1::LIVENESS_DEAD));
  node.attached = in.attached();
  node.can_output = in.can_output();
  node.can_compute = in.can_compute();
  node.in_plan = in.in_plan();
  node.holds_plan = in.holds_plan();
  node.prepared = in.prepared();
  node.cores = in.cores();
  node.load_ppm = in.load_ppm();
  if (in.has_status()) FromProto(in.status(), node.status.emplace(), place.Field("status"));
  node.status_n = in.status_n();
  node.drained = in.drained();
  node.clock_offsets.assign(in.clock_offsets().begin(), in.clock_offsets().end());
}

void WriteReplica(const ReplicaView& replica, v1::ReplicaView& out) {
  out.set_node(replica.node);
  out.set_node_name(replica.node_name);
  out.set_incarnation(replica.incarnation);
  out.set_state(static_cast<v1::ReplicaState>(replica.state));
  out.set_live(replica.live);
  out.set_next(replica.next);
  out.set_process_ns_mean(replica.process_ns_mean);
  out.set_process_ns_max(replica.process_ns_max);
  out.set_selected(replica.selected);
  out.set_selected_last_s(replica.selected_last_s);
  out.set_origin(static_cast<v1::Origin>(replica.origin));
  out.set_role(static_cast<v1::Role>(replica.role));
  out.set_leaving(replica.leaving);
  ToProto(replica.join, *out.mutable_join());
  out.set_state_bytes(replica.state_bytes);
  out.set_gap(replica.gap);
  for (const float value : replica.readings) out.add_readings(value);
  if (!replica.device.name.empty()) ToProto(replica.device, *out.mutable_device());
}

void ReadReplica(const v1::ReplicaView& in, ReplicaView& replica, const FieldPlace& place) {
  replica.node = place.Within("node", in.node(), 1, 0xffff);
  replica.node_name = in.node_name();
  replica.incarnation = in.incarnation();
  replica.state = static_cast<plan::ReplicaState>(
      place.Within("state", in.state(), v1::REPLICA_STATE_EMPTY, v1::REPLICA_STATE_RETIRED));
  replica.live = in.live();
  replica.next = in.next();
  replica.process_ns_mean = in.process_ns_mean();
  replica.process_ns_max = in.process_ns_max();
  replica.selected = in.selected();
  replica.selected_last_s = in.selected_last_s();
  replica.origin = static_cast<plan::Origin>(
      place.Within("origin", in.origin(), v1::ORIGIN_FOUNDER, v1::ORIGIN_JOINER));
  replica.role =
      static_cast<plan::Role>(place.Within("role", in.role(), v1::ROLE_COMPUTE, v1::ROLE_WITNESS));
  replica.leaving = in.leaving();
  FromProto(in.join(), replica.join, place.Field("join"));
  replica.state_bytes = in.state_bytes();
  replica.gap = in.gap();
  replica.readings.assign(in.readings().begin(), in.readings().end());
  FromProto(in.device(), replica.device);
}

void WriteTask(const TaskView& task, v1::TaskStatus& out) {
  out.set_id(task.id);
  out.set_name(task.name);
  out.set_kind(task.kind);
  out.set_wanted(task.wanted);
  out.set_in_sync(task.in_sync);
  for (const ReplicaView& replica : task.replicas) WriteReplica(replica, *out.add_replicas());
  out.set_concealed(task.concealed);
  out.set_tainted(task.tainted);
  out.set_divergences(task.divergences);
  for (const dsp::TaskId id : task.inputs) out.add_inputs(id);
}

void ReadTask(const v1::TaskStatus& in, TaskView& task, const FieldPlace& place) {
  task.id = in.id();
  task.name = in.name();
  task.kind = in.kind();
  task.wanted = in.wanted();
  task.in_sync = in.in_sync();
  for (int i = 0; i < in.replicas_size(); ++i) {
    ReadReplica(in.replicas(i), task.replicas.emplace_back(), place.Item("replicas", i));
  }
  task.concealed = in.concealed();
  task.tainted = in.tainted();
  task.divergences = in.divergences();
  task.inputs.assign(in.inputs().begin(), in.inputs().end());
}

void WriteOutput(const OutputView& output, v1::OutputView& out) {
  out.set_name(output.name);
  out.set_from(output.from);
  out.set_node(output.node);
  out.set_node_name(output.node_name);
  out.set_live(output.live);
  ToProto(output.status, *out.mutable_status());
  out.mutable_status()->set_id(output.id);
}

void ReadOutput(const v1::OutputView& in, OutputView& output) {
  output.id = in.status().id();
  output.name = in.name();
  output.from = in.from();
  output.node = static_cast<plan::NodeId>(in.node());
  output.node_name = in.node_name();
  output.live = in.live();
  FromProto(in.status(), output.status);
}

void WriteHistory(const View& view, v1::ClusterStatus& out) {
  const std::size_t old = view.events.size() - std::min(view.events.size(), kEventsTold);
  for (const EventView& event : std::span(view.events).subspan(old)) {
    v1::EventView& to = *out.add_events();
    ToProto(event.event, *to.mutable_event());
    to.set_task(event.task);
    to.set_text(event.text);
    to.set_verdict(static_cast<v1::Verdict>(event.verdict));
  }
  for (const IncidentView& incident : view.incidents) {
    v1::IncidentView& to = *out.add_incidents();
    to.set_n(incident.n);
    to.set_node(incident.node);
    ToProto(incident.incident, *to.mutable_incident());
  }
  for (const RedundancyGap& gap : view.gaps) {
    v1::RedundancyGap& to = *out.add_gaps();
    to.set_task(gap.task);
    to.set_from_n(gap.from_n);
    to.set_to_n(gap.to_n);
  }
}

void ReadHistory(const v1::ClusterStatus& in, View& view, const FieldPlace& place) {
  for (int i = 0; i < in.events_size(); ++i) {
    const v1::EventView& from = in.events(i);
    const FieldPlace at = place.Item("events", i);
    EventView& event = view.events.emplace_back();
    FromProto(from.event(), event.event, at.Field("event"));
    event.task = from.task();
    event.text = from.text();
    event.verdict = static_cast<Verdict>(
        at.Within("verdict", from.verdict(), v1::VERDICT_UNSPECIFIED, v1::VERDICT_EXPIRED));
  }
  for (int i = 0; i < in.incidents_size(); ++i) {
    const v1::IncidentView& from = in.incidents(i);
    IncidentView& incident = view.incidents.emplace_back();
    incident.n = from.n();
    incident.node = from.node();
    FromProto(from.incident(), incident.incident, place.Item("incidents", i));
  }
  for (const v1::RedundancyGap& gap : in.gaps()) {
    view.gaps.push_back({gap.task(), gap.from_n(), gap.to_n()});
  }
}

void WriteVersions(const View& view, v1::ClusterStatus& out) {
  for (const ShowVersionView& version : view.versions) {
    v1::ShowVersion& to = *out.add_versions();
    to.set_number(version.number);
    to.set_n(version.n);
    to.set_by(version.by);
    to.set_show(version.show);
    to.set_tasks(static_cast<std::uint32_t>(version.tasks));
    to.set_text(version.text);
  }
  for (const SceneView& scene : view.scenes) {
    v1::SceneView& to = *out.add_scenes();
    to.set_name(scene.name);
    to.set_tasks(static_cast<std::uint32_t>(scene.tasks));
    to.set_settings(static_cast<std::uint32_t>(scene.settings));
  }
  if (!view.lock) return;
  out.mutable_lock()->set_by(view.lock->by);
  out.mutable_lock()->set_reason(view.lock->reason);
  out.mutable_lock()->set_n(view.lock->n);
}

void ReadVersions(const v1::ClusterStatus& in, View& view) {
  for (const v1::ShowVersion& from : in.versions()) {
    view.versions.push_back({from.number(), from.n(), from.by(), from.show(),
                             static_cast<int>(from.tasks()), from.text()});
  }
  for (const v1::SceneView& from : in.scenes()) {
    view.scenes.push_back(
        {from.name(), static_cast<int>(from.tasks()), static_cast<int>(from.settings())});
  }
  if (in.has_lock()) view.lock = {in.lock().by(), in.lock().reason(), in.lock().n()};
}

void WriteHead(const View& view, v1::ClusterStatus& out) {
  for (const CoordinatorView& one : view.coordinators) {
    v1::CoordinatorStatus& to = *out.add_coordinators();
    to.set_address(one.address);
    to.set_leads(one.leads);
  }
  out.set_term(view.term);
  out.set_now(view.now);
  out.set_stall_max(view.stall_max);
  out.set_journal_trouble(view.journal_trouble);
  out.set_phase(static_cast<v1::ShowPhase>(view.show.phase));
  out.set_show(view.show.name);
  out.set_problem(view.show.problem);
  out.set_plan_version(view.plan.version);
  if (view.plan.version == 0) return;
  out.set_start_n(view.plan.start_n);
  out.set_length(view.plan.length);
  out.set_quantum(view.plan.quantum);
  ToProto(view.plan.timing, *out.mutable_timing());
  ToProto(view.session.segment, *out.mutable_segment());
  for (const session::Segment& segment : view.session.segments) {
    ToProto(segment, *out.add_segments());
  }
  ToProto(view.session.position, *out.mutable_position());
  out.set_tick(view.session.tick);
}

void ReadHead(const v1::ClusterStatus& in, View& view, const FieldPlace& place) {
  for (const v1::CoordinatorStatus& one : in.coordinators()) {
    view.coordinators.push_back({one.address(), one.leads()});
  }
  view.term = in.term();
  view.now = in.now();
  view.stall_max = in.stall_max();
  view.journal_trouble = in.journal_trouble();
  view.show.phase = static_cast<ShowPhase>(
      place.Within("phase", in.phase(), v1::SHOW_PHASE_IDLE, v1::SHOW_PHASE_FAILED));
  view.show.name = in.show();
  view.show.problem = in.problem();
  view.plan.version = in.plan_version();
  if (in.plan_version() == 0) return;
  view.plan.show = in.show();
  view.plan.start_n = in.start_n();
  view.plan.length = in.length();
  view.plan.quantum = place.Within("quantum", in.quantum(), 1, kMaxQuantum);
  FromProto(in.timing(), view.plan.timing, place.Field("timing"));
  FromProto(in.segment(), view.session.segment, place.Field("segment"));
  for (int i = 0; i < in.segments_size(); ++i) {
    FromProto(in.segments(i), view.session.segments.emplace_back(), place.Item("segments", i));
  }
  view.session.position = {in.position().bar(), static_cast<int>(in.position().beat()),
                           static_cast<int>(in.position().sub())};
  view.session.tick = in.tick();
}

}  // namespace

void ToProto(const View& view, v1::ClusterStatus& out) {
  WriteHead(view, out);
  for (const NodeView& node : view.nodes) WriteNode(node, *out.add_nodes());
  for (const TaskView& task : view.tasks) WriteTask(task, *out.add_tasks());
  for (const OutputView& output : view.outputs) WriteOutput(output, *out.add_outputs());
  WriteHistory(view, out);
  WriteVersions(view, out);
  for (const OperationView& operation : view.operations) ToProto(operation, *out.add_operations());
  if (view.clock.follows) ToProto(view.clock, *out.mutable_clock());
  for (const Nanoseconds offset : view.clock_offsets) out.add_clock_offsets(offset);
}

void FromProto(const v1::ClusterStatus& in, View& view, const FieldPlace& place) {
  view = {};
  ReadHead(in, view, place);
  for (int i = 0; i < in.nodes_size(); ++i) {
    ReadNode(in.nodes(i), view.nodes.emplace_back(), place.Item("nodes", i));
  }
  for (int i = 0; i < in.tasks_size(); ++i) {
    ReadTask(in.tasks(i), view.tasks.emplace_back(), place.Item("tasks", i));
  }
  for (const v1::OutputView& output : in.outputs()) ReadOutput(output, view.outputs.emplace_back());
  ReadHistory(in, view, place);
  ReadVersions(in, view);
  for (int i = 0; i < in.operations_size(); ++i) {
    FromProto(in.operations(i), view.operations.emplace_back(), place.Item("operations", i));
  }
  if (in.has_clock()) FromProto(in.clock(), view.clock, place.Field("clock"));
  view.clock_offsets.assign(in.clock_offsets().begin(), in.clock_offsets().end());
}

}  // namespace continuo::coordinator
