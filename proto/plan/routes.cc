// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/routes.h"

#include <algorithm>

#include "proto/wire/rtp.h"

namespace continuo::plan {
namespace {

bool HasWireFrom(const Task& task, TaskId from) {
  const auto& wires = task.description.wires;
  return std::ranges::any_of(wires, [from](const dsp::Wire& wire) { return wire.from == from; });
}

}  // namespace

bool IsConductor(const Task& task) {
  return task.description.id == dsp::kConductorId;
}

std::vector<StreamSpec> StreamsOf(const Task& task, int quantum) {
  StreamSpec spec;
  spec.id = {task.description.id, task.generation, 0, 0};
  spec.ssrc = stream::SsrcOf(spec.id);
  spec.epoch = task.epoch;
  if (IsConductor(task)) {
    spec.control = true;
    spec.payload_bytes = wire::kMaxPayloadBytes;
    return {spec};
  }
  std::vector<StreamSpec> streams;
  const int step = stream::ChannelsPerGroup(quantum);
  for (int channel = 0; channel < task.description.channels; channel += step) {
    spec.id.group = static_cast<std::uint8_t>(streams.size());
    spec.ssrc = stream::SsrcOf(spec.id);
    spec.first_channel = channel;
    spec.channels = std::min(step, task.description.channels - channel);
    spec.payload_bytes = static_cast<std::size_t>(spec.channels * quantum) * sizeof(float);
    streams.push_back(spec);
  }
  return streams;
}

bool RunsOn(const Task& task, NodeId node) {
  return std::ranges::find(task.replicas, node, &Replica::node) != task.replicas.end();
}

bool Consumes(const Plan& plan, NodeId node, const Task& from) {
  const TaskId id = from.description.id;
  const auto plays = [node, id](const Output& output) {
    return output.node == node && (output.from == id || output.before == id);
  };
  if (std::ranges::any_of(plan.outputs, plays)) return true;
  const auto computes_from_it = [&](const Task& task) {
    if (IsConductor(task) || !RunsOn(task, node)) return false;
    return IsConductor(from) || HasWireFrom(task, id);
  };
  return std::ranges::any_of(plan.tasks, computes_from_it);
}

std::vector<NodeId> ReceiversOf(const Plan& plan, const Task& task) {
  std::vector<NodeId> receivers;
  for (const Node& node : plan.nodes) {
    if (Consumes(plan, node.id, task)) receivers.push_back(node.id);
  }
  return receivers;
}

std::vector<int> Depths(const Plan& plan) {
  std::vector<int> depths(plan.tasks.size(), 0);
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    if (IsConductor(plan.tasks[i])) continue;
    depths[i] = 1;
    for (std::size_t j = 0; j < i; ++j) {
      const bool before = HasWireFrom(plan.tasks[i], plan.tasks[j].description.id);
      if (before) depths[i] = std::max(depths[i], depths[j] + 1);
    }
  }
  return depths;
}

}  // namespace continuo::plan
