// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "proto/transport/plan_codec.h"
#include "proto/wire/control_frames.h"

namespace continuo::transport {
namespace {

void CheckTask(const plan::Task& task, const std::set<dsp::TaskId>& earlier,
               const std::set<plan::NodeId>& nodes, const FieldPlace& place) {
  const FieldPlace description = place.Field("description");
  if (earlier.contains(task.description.id)) description.Refuse("id", "used twice");
  for (std::size_t i = 0; i < task.description.wires.size(); ++i) {
    const dsp::TaskId from = task.description.wires[i].from;
    if (earlier.contains(from)) continue;
    description.Item("wires", i).Refuse("from", std::to_string(from) + " is no earlier task");
  }
  if (task.replicas.size() > wire::kMaxMembers) {
    place.Refuse("replicas", std::to_string(task.replicas.size()) + " replicas, at most " +
                                 std::to_string(wire::kMaxMembers) + " allowed");
  }
  std::set<plan::NodeId> hosts;
  std::set<Incarnation> lives;
  for (std::size_t i = 0; i < task.replicas.size(); ++i) {
    const plan::Replica& replica = task.replicas[i];
    const FieldPlace at = place.Item("replicas", i);
    if (!nodes.contains(replica.node)) {
      at.Refuse("node", std::to_string(replica.node) + " is no node of this plan");
    }
    if (!hosts.insert(replica.node).second) at.Refuse("node", "two replicas of a task on one node");
    if (!lives.insert(replica.incarnation).second) at.Refuse("incarnation", "used twice");
  }
}

}  // namespace

void CheckReferences(const plan::Plan& plan, const FieldPlace& place) {
  std::set<plan::NodeId> nodes;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (!nodes.insert(plan.nodes[i].id).second) place.Item("nodes", i).Refuse("id", "used twice");
  }
  std::set<dsp::TaskId> tasks;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    CheckTask(plan.tasks[i], tasks, nodes, place.Item("tasks", i));
    tasks.insert(plan.tasks[i].description.id);
  }
  for (std::size_t i = 0; i < plan.outputs.size(); ++i) {
    const plan::Output& output = plan.outputs[i];
    const FieldPlace at = place.Item("outputs", i);
    if (!tasks.contains(output.from)) {
      at.Refuse("from", std::to_string(output.from) + " is no task of this plan");
    }
    if (!nodes.contains(output.node)) {
      at.Refuse("node", std::to_string(output.node) + " is no node of this plan");
    }
  }
}

}  // namespace continuo::transport
