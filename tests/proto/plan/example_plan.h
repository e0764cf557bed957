// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>

#include "proto/plan/plan.h"

namespace continuo::plan {

// Nodes 1, 2, 3 compute and 4, 5 play: conductor; drums (10) and bass (11) into a reverb of the
// drums (12) and a master (13) of all three, which goes to two feeds.
struct ExamplePlan {
  static Node MakeNode(NodeId id) {
    Node node;
    node.id = id;
    node.name = "pi-" + std::to_string(id);
    node.networks.push_back({0x7f000101, static_cast<std::uint16_t>(5000 + id)});
    node.networks.push_back({0x7f000201, static_cast<std::uint16_t>(5000 + id)});
    return node;
  }
  static Task MakeTask(TaskId id, const char* name, std::initializer_list<TaskId> from,
                       std::initializer_list<NodeId> nodes) {
    Task task;
    task.description.id = id;
    task.description.name = name;
    task.description.kind = from.size() == 0 ? "synth" : "mixer";
    task.description.input_ports = static_cast<std::uint8_t>(from.size());
    std::uint8_t port = 0;
    for (const TaskId source : from)
      task.description.wires.push_back({.from = source, .port = port++});
    Incarnation incarnation = 0;
    for (const NodeId node : nodes) task.replicas.push_back({node, ++incarnation});
    return task;
  }
  static Plan Make() {
    Plan plan;
    plan.term = 1;
    plan.version = 1;
    plan.show = "example";
    plan.start_n = 48 * 1000;
    plan.session.n0 = plan.start_n;
    for (NodeId id = 1; id <= 5; ++id) plan.nodes.push_back(MakeNode(id));
    plan.tasks = {MakeTask(dsp::kConductorId, "conductor", {}, {1, 2}),
                  MakeTask(10, "drums", {}, {1, 2}), MakeTask(11, "bass", {}, {2, 3}),
                  MakeTask(12, "reverb", {10}, {1, 3}),
                  MakeTask(13, "master", {10, 11, 12}, {1, 2, 3})};
    plan.outputs = {{1, "a", 13, 4}, {2, "b", 13, 5}};
    return plan;
  }
};

}  // namespace continuo::plan
