// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/routes.h"

#include <algorithm>
#include <optional>

#include "proto/plan/task_places.h"
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
  const int step = stream::ChannelsPerGroup(quantum, task.description.channels);
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

std::set<TaskId> ConsumedBy(const Plan& plan, NodeId node) {
  std::set<TaskId> consumed;
  for (const Output& output : plan.outputs) {
    if (output.node != node) continue;
    consumed.insert(output.from);
    if (output.before != 0) consumed.insert(output.before);
  }
  for (const Task& task : plan.tasks) {
    if (IsConductor(task) || !RunsOn(task, node)) continue;
    consumed.insert(dsp::kConductorId);
    for (const dsp::Wire& wire : task.description.wires) consumed.insert(wire.from);
  }
  return consumed;
}

std::vector<NodeId> ReceiversOf(const Plan& plan, const Task& task) {
  const TaskId id = task.description.id;
  std::set<NodeId> receivers;
  for (const Output& output : plan.outputs) {
    if (output.from == id || output.before == id) receivers.insert(output.node);
  }
  for (const Task& to : plan.tasks) {
    if (IsConductor(to) || !(IsConductor(task) || HasWireFrom(to, id))) continue;
    for (const Replica& replica : to.replicas) receivers.insert(replica.node);
  }
  return {receivers.begin(), receivers.end()};
}

std::vector<int> Depths(const Plan& plan) {
  std::vector<int> depths(plan.tasks.size(), 0);
  const TaskPlaces places(plan.tasks);
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const Task& task = plan.tasks[i];
    if (plan.deepest != 0) {
      depths[i] = task.depth;
    } else if (!IsConductor(task)) {
      depths[i] = 1;
      for (const dsp::Wire& wire : task.description.wires) {
        const std::optional<std::size_t> from = places.Of(wire.from);
        if (from && *from < i) depths[i] = std::max(depths[i], depths[*from] + 1);
      }
    }
  }
  return depths;
}

int DeepestOf(const Plan& plan, const std::vector<int>& depths) {
  if (plan.deepest != 0) return plan.deepest;
  return depths.empty() ? 1 : std::max(1, *std::ranges::max_element(depths));
}

}  // namespace continuo::plan
