// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/json_view.h"

#include "coordinator/cli/board_text.h"
#include "coordinator/cli/clock_text.h"
#include "coordinator/cli/figures.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/numbers.h"

namespace continuo::coordinator::cli {
namespace {

constexpr double kNanosecondsPerMs = 1e6;

std::string EndpointText(const plan::Endpoint& at) {
  return std::to_string(at.address >> 24) + "." + std::to_string(at.address >> 16 & 255) + "." +
         std::to_string(at.address >> 8 & 255) + "." + std::to_string(at.address & 255) + ":" +
         std::to_string(at.port);
}

Json NetworksJson(const NodeView& node) {
  constexpr const char* kNames[plan::kMaxNetworks] = {"red", "blue"};
  Json networks = Json::object();
  for (std::size_t i = 0; i < node.networks.size(); ++i) {
    if (node.networks[i].address == 0) continue;
    networks[kNames[i]] = {{"address", EndpointText(node.networks[i])},
                           {"beats", node.beats_heard[i]}};
  }
  return networks;
}

/// Empty: there is one coordinator, or it is not known.
std::string LeaderOf(const View& view) {
  for (const CoordinatorView& one : view.coordinators) {
    if (one.leads) return one.address;
  }
  return "";
}

Json JoinJson(const View& view, const plan::JoinProgress& join) {
  return {{"donor", join.donor == 0 ? "" : NodeName(view, join.donor)},
          {"snapshot_bytes", join.snapshot_bytes},
          {"snapshot_total", join.snapshot_total},
          {"snapshot_next", join.snapshot_next},
          {"behind", join.behind},
          {"catch_up", static_cast<double>(join.catch_up_percent) / 100},
          {"state_equal", join.hash_equal},
          {"in_sync_at", join.in_sync_at == 0 ? Json(nullptr) : Json(join.in_sync_at)},
          {"error", join.error}};
}

Json DeviceJson(const plan::DeviceStatus& device) {
  if (device.name.empty()) return nullptr;
  return {{"name", device.name},
          {"running", device.running},
          {"latency", device.latency},
          {"losses", device.losses},
          {"xruns", device.xruns},
          {"starved", device.starved},
          {"slips", device.slips},
          {"skipped", device.skipped},
          {"repeated", device.repeated},
          {"guarding", device.guarding},
          {"refused", device.refused},
          {"over", device.over},
          {"dc", device.dc},
          {"silent", device.silent},
          {"error", device.error}};
}

Json ReplicaJson(const View& view, const ReplicaView& replica) {
  const bool founder = replica.origin == plan::Origin::kFounder;
  const bool witness = replica.role == plan::Role::kWitness;
  return {{"node", replica.node_name},
          {"state", ToString(replica.state)},
          {"live", replica.live},
          {"incarnation", replica.incarnation},
          {"origin", founder ? "founder" : "joiner"},
          {"role", witness ? "witness" : "compute"},
          {"leaving", replica.leaving},
          {"next", replica.next},
          {"join", founder ? Json(nullptr) : JoinJson(view, replica.join)},
          {"state_bytes", replica.state_bytes},
          {"gap", replica.gap},
          {"selected_packets", replica.selected},
          {"selected_packets_last_s", replica.selected_last_s},
          {"process_ns_mean", replica.process_ns_mean},
          {"process_ns_max", replica.process_ns_max},
          {"device", DeviceJson(replica.device)}};
}

Json OutputJson(const OutputView& output) {
  return {{"id", output.id},
          {"name", output.name},
          {"from", output.from},
          {"node", output.node_name},
          {"live", output.live},
          {"first_n", output.status.first_n},
          {"frames", output.status.frames},
          {"concealed", output.status.concealed},
          {"tainted", output.status.tainted},
          {"margin_min", output.status.margin_min},
          {"finished", output.status.finished},
          {"error", output.status.error},
          {"device", DeviceJson(output.status.device)}};
}

}  // namespace

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json HistoryJson(const View& view) {
  Json history;
  history["events"] = JsonList(view.events, [&](const EventView& event) -> Json {
    return {{"id", event.event.id},
            {"task", TaskName(view, event.task)},
            {"at", event.event.at},
            {"text", event.text},
            {"verdict", VerdictText(event.verdict)}};
  });
  history["incidents"] = JsonList(view.incidents, [&](const IncidentView& incident) -> Json {
    return {{"n", incident.n},
            {"node", incident.node},
            {"kind", ToString(incident.incident.kind)},
            {"task", incident.incident.task == 0 ? "" : TaskName(view, incident.incident.task)},
            {"at", incident.incident.n},
            {"text", incident.incident.text}};
  });
  history["divergences"] = JsonList(DivergencesOf(view), [](const Divergence& one) -> Json {
    return {{"task", one.task}, {"n", one.n}, {"kept", one.kept}, {"differing", one.differing}};
  });
  history["redundancy"] = JsonList(view.gaps, [&](const RedundancyGap& gap) -> Json {
    return {{"task", TaskName(view, gap.task)},
            {"from_n", gap.from_n},
            {"until_n", gap.to_n == 0 ? Json(nullptr) : Json(gap.to_n)}};
  });
  return history;
}

Json HeadJson(const View& view) {
  const session::Segment& segment = view.session.segment;
  return {{"phase", ToString(view.show.phase)},
          {"error", view.show.problem},
          {"show", view.show.name},
          {"term", view.term},
          {"leader", LeaderOf(view).empty() ? Json(nullptr) : Json(LeaderOf(view))},
          {"coordinators", JsonList(view.coordinators,
                                    [](const CoordinatorView& one) -> Json {
                                      return {{"address", one.address}, {"leads", one.leads}};
                                    })},
          {"plan_version", view.plan.version},
          {"now", view.now},
          {"start_n", view.plan.start_n},
          {"length", view.plan.length},
          {"quantum", view.plan.quantum},
          {"playout", view.plan.timing.playout},
          {"lead", view.plan.timing.lead},
          {"position", BarBeatText(view.session.position)},
          {"tempo_bpm", segment.tempo_mbpm / 1000.0},
          {"meter", std::to_string(segment.meter_num) + "/" + std::to_string(segment.meter_den)},
          {"playing", segment.playing},
          {"muted", segment.muted},
          {"locked_by", view.lock ? Json(view.lock->by) : Json(nullptr)},
          {"journal_trouble", view.journal_trouble},
          {"coordinator_stall_max_ms", static_cast<double>(view.stall_max) / kNanosecondsPerMs}};
}

Json TaskJson(const View& view, const TaskView& task) {
  const Json replicas = JsonList(
      task.replicas, [&](const ReplicaView& replica) { return ReplicaJson(view, replica); });
  return {{"id", task.id},
          {"name", task.name},
          {"kind", task.kind},
          {"redundancy", task.wanted},
          {"in_sync", task.in_sync},
          {"replicas", replicas},
          {"concealed", task.concealed},
          {"tainted", task.tainted},
          {"divergences", task.divergences}};
}

Json NodeJson(const View& view, const NodeView& node) {
  const NodeFigures figures = FiguresOf(view, node);
  const plan::Status status = node.status.value_or(plan::Status());
  return {{"id", node.id},
          {"name", node.name},
          {"domain", node.domain},
          {"liveness", ToString(node.liveness)},
          {"attached", node.attached},
          {"drained", node.drained},
          {"can_compute", node.can_compute},
          {"can_output", node.can_output},
          {"in_plan", node.in_plan},
          {"prepared", node.prepared},
          {"cores", node.cores},
          {"load", static_cast<double>(node.load_ppm) / 1e6},
          {"networks", NetworksJson(node)},
          {"selected_packets_last_s", figures.selected_last_s},
          {"packets_late", figures.late},
          {"packets_repaired", figures.repaired},
          {"packets_sent", status.packets_sent},
          {"packets_received", status.packets_received},
          {"packets_refused", status.packets_refused},
          {"nacks_sent", status.nacks_sent},
          {"nacks_answered", status.nacks_answered},
          {"stalls", status.stalls},
          {"stall_max_ms", static_cast<double>(status.stall_max) / kNanosecondsPerMs},
          {"realtime", status.realtime},
          {"board", BoardJson(view, status.board)},
          {"status_n", node.status_n},
          {"build_id", node.build_id},
          {"asset_address", node.asset_address}};
}

Json OperationJson(const View& view, const OperationView& operation) {
  return {{"operation", operation.id},
          {"part_of", operation.parent == 0 ? Json(nullptr) : Json(operation.parent)},
          {"kind", ToString(operation.kind)},
          {"phase", ToString(operation.phase)},
          {"text", operation.text},
          {"task", operation.task},
          {"from", operation.from},
          {"to", operation.to},
          {"note", operation.note},
          {"class", operation.kernel_class},
          {"incoming", operation.incoming},
          {"outgoing", operation.outgoing},
          {"newcomer", ToString(operation.incoming_state)},
          {"join", JoinJson(view, operation.join)},
          {"attempts", operation.attempts},
          {"moves", operation.moves},
          {"moves_done", operation.moves_done},
          {"at_n", operation.at_n == 0 ? Json(nullptr) : Json(operation.at_n)},
          {"started_n", operation.started_n},
          {"ended_n", operation.ended_n == 0 ? Json(nullptr) : Json(operation.ended_n)},
          {"done", operation.done},
          {"ok", operation.ok},
          {"verdict", operation.verdict}};
}

Json NodeDetailJson(const View& view, const NodeView& node) {
  Json detail = NodeJson(view, node);
  detail["may_be_unplugged"] = MayBeUnplugged(view, node);
  detail["clock"] = node.status ? ClockJson(node.status->clock) : Json(nullptr);
  detail["replicas"] = JsonList(HostedBy(view, node), [&](const Hosted& hosted) {
    Json replica = {{"task", hosted.task->name}};
    replica.update(ReplicaJson(view, *hosted.replica));
    return replica;
  });
  detail["outputs"] =
      JsonList(OutputsOn(view, node), [](const OutputView* output) { return OutputJson(*output); });
  return detail;
}

Json NodesValue(const View& view) {
  return JsonList(view.nodes, [&](const NodeView& node) { return NodeJson(view, node); });
}

Json TasksValue(const View& view) {
  return JsonList(view.tasks, [&](const TaskView& task) { return TaskJson(view, task); });
}

Json OutputsValue(const View& view) {
  return JsonList(view.outputs, OutputJson);
}

Json OperationsValue(const View& view) {
  return JsonList(view.operations,
                  [&](const OperationView& operation) { return OperationJson(view, operation); });
}

}  // namespace continuo::coordinator::cli
