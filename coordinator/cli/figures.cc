// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/figures.h"

#include <algorithm>

namespace continuo::coordinator::cli {

NodeFigures FiguresOf(const View& view, const NodeView& node) {
  NodeFigures figures;
  for (const TaskView& task : view.tasks) {
    for (const ReplicaView& replica : task.replicas) {
      if (replica.node == node.id && replica.live)
        figures.selected_last_s += replica.selected_last_s;
    }
  }
  if (!node.status) return figures;
  figures.nacks_sent = node.status->nacks_sent;
  for (const plan::StreamStatus& stream : node.status->streams) {
    for (const plan::LegStatus& leg : stream.legs) {
      figures.late += leg.late;
      figures.repaired += leg.repaired;
    }
  }
  return figures;
}

PacketFigures PacketsOf(const View& view) {
  PacketFigures packets;
  for (const NodeView& node : view.nodes) {
    const NodeFigures figures = FiguresOf(view, node);
    packets.late += figures.late;
    packets.repaired += figures.repaired;
    packets.nacks += figures.nacks_sent;
  }
  for (const OutputView& output : view.outputs) packets.lost += output.status.concealed;
  return packets;
}

std::vector<Divergence> DivergencesOf(const View& view) {
  std::vector<Divergence> divergences;
  for (const IncidentView& incident : view.incidents) {
    const plan::Incident& what = incident.incident;
    if (what.kind != plan::IncidentKind::kDivergence) continue;
    divergences.push_back({TaskName(view, what.task), what.n, NodeName(view, what.kept),
                           NodeName(view, what.differing)});
  }
  return divergences;
}

std::vector<Hosted> HostedBy(const View& view, const NodeView& node) {
  std::vector<Hosted> hosted;
  for (const TaskView& task : view.tasks) {
    for (const ReplicaView& replica : task.replicas) {
      if (replica.node == node.id) hosted.push_back({&task, &replica});
    }
  }
  return hosted;
}

std::vector<const OutputView*> OutputsOn(const View& view, const NodeView& node) {
  std::vector<const OutputView*> outputs;
  for (const OutputView& output : view.outputs) {
    if (output.node == node.id) outputs.push_back(&output);
  }
  return outputs;
}

bool MayBeUnplugged(const View& view, const NodeView& node) {
  const auto hosted = HostedBy(view, node);
  return node.drained && OutputsOn(view, node).empty() &&
         std::all_of(hosted.begin(), hosted.end(), [](const Hosted& one) {
           return one.replica->state == plan::ReplicaState::kRetired;
         });
}

std::string TaskName(const View& view, dsp::TaskId id) {
  for (const TaskView& task : view.tasks) {
    if (task.id == id) return task.name;
  }
  return id == dsp::kConductorId ? "conductor" : "task " + std::to_string(id);
}

std::string NodeName(const View& view, plan::NodeId id) {
  for (const NodeView& node : view.nodes) {
    if (node.id == id) return node.name;
  }
  return "node " + std::to_string(id);
}

Frames Played(const View& view) {
  if (view.plan.start_n == 0) return 0;
  const Frames played = std::max<Frames>(view.now - view.plan.start_n, 0);
  return view.plan.length == 0 ? played : std::min(played, view.plan.length);
}

}  // namespace continuo::coordinator::cli
