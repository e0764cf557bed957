// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/json_text.h"

#include <nlohmann/json.hpp>

#include "coordinator/cli/figures.h"
#include "coordinator/cli/numbers.h"

namespace continuo::coordinator::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNanosecondsPerMs = 1e6;

// A text from another machine may be no UTF-8; better a replaced character than no answer.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

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

Json NodeJson(const View& view, const NodeView& node) {
  const NodeFigures figures = FiguresOf(view, node);
  const plan::Status status = node.status.value_or(plan::Status());
  return {{"id", node.id},
          {"name", node.name},
          {"domain", node.domain},
          {"liveness", ToString(node.liveness)},
          {"attached", node.attached},
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
          {"status_n", node.status_n},
          {"build_id", node.build_id},
          {"asset_address", node.asset_address}};
}

Json TaskJson(const TaskView& task) {
  Json replicas = Json::array();
  for (const ReplicaView& replica : task.replicas) {
    replicas.push_back({{"node", replica.node_name},
                        {"state", ToString(replica.state)},
                        {"live", replica.live},
                        {"incarnation", replica.incarnation},
                        {"next", replica.next},
                        {"selected_packets_last_s", replica.selected_last_s},
                        {"process_ns_mean", replica.process_ns_mean},
                        {"process_ns_max", replica.process_ns_max}});
  }
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
          {"error", output.status.error}};
}

template <typename Items, typename Write>
Json List(const Items& items, Write write) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

Json NodeList(const View& view) {
  return List(view.nodes, [&](const NodeView& node) { return NodeJson(view, node); });
}

Json HistoryJson(const View& view) {
  Json history;
  history["events"] = List(view.events, [&](const EventView& event) -> Json {
    return {{"id", event.event.id},
            {"task", TaskName(view, event.task)},
            {"at", event.event.at},
            {"text", event.text},
            {"verdict", VerdictText(event.verdict)}};
  });
  history["incidents"] = List(view.incidents, [&](const IncidentView& incident) -> Json {
    return {{"n", incident.n},
            {"node", incident.node},
            {"kind", ToString(incident.incident.kind)},
            {"task", incident.incident.task == 0 ? "" : TaskName(view, incident.incident.task)},
            {"at", incident.incident.n},
            {"text", incident.incident.text}};
  });
  history["divergences"] = List(DivergencesOf(view), [](const Divergence& one) -> Json {
    return {{"task", one.task}, {"n", one.n}, {"kept", one.kept}, {"differing", one.differing}};
  });
  history["redundancy"] = List(view.gaps, [&](const RedundancyGap& gap) -> Json {
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
          {"journal_trouble", view.journal_trouble},
          {"coordinator_stall_max_ms", static_cast<double>(view.stall_max) / kNanosecondsPerMs}};
}

}  // namespace

const char* VerdictText(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "open";
    case Verdict::kCommitted:
      return "committed";
    case Verdict::kExpired:
      return "expired";
  }
  return "unknown";
}

std::string StatusJson(const View& view) {
  Json status = HeadJson(view);
  status["nodes"] = NodeList(view);
  status["tasks"] = List(view.tasks, TaskJson);
  status["outputs"] = List(view.outputs, OutputJson);
  status.update(HistoryJson(view));
  return Dump(status);
}

std::string NodesJson(const View& view) {
  return Dump(NodeList(view));
}

std::string TasksJson(const View& view) {
  return Dump(List(view.tasks, TaskJson));
}

std::string EventJson(const Reply& reply) {
  return Dump({{"verdict", VerdictText(reply.verdict)},
               {"at", reply.at},
               {"event", reply.event},
               {"text", reply.text}});
}

std::string ShowJson(const Reply& reply) {
  Json json = {{"ok", reply.ok()}, {"text", reply.text}};
  json["issues"] = List(reply.issues, [](const Issue& issue) -> Json {
    return {{"field", issue.field},
            {"text", issue.text},
            {"line", issue.line},
            {"warning", issue.warning}};
  });
  if (reply.plan_version != 0) {
    json["plan_version"] = reply.plan_version;
    json["start_n"] = reply.start_n;
  }
  return Dump(json);
}

std::string TakeJson(const std::string& folder, std::size_t events, std::size_t assets) {
  return Dump({{"take", folder}, {"events", events}, {"assets", assets}});
}

std::string ErrorJson(const std::string& text) {
  return Dump({{"error", text}});
}

}  // namespace continuo::coordinator::cli
