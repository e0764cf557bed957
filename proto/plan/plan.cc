// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/plan.h"

#include <algorithm>

namespace continuo::plan {

const Node* FindNode(const Plan& plan, NodeId id) {
  const auto at = std::ranges::find(plan.nodes, id, &Node::id);
  return at == plan.nodes.end() ? nullptr : &*at;
}

const Task* FindTask(const Plan& plan, TaskId id) {
  const auto has_id = [id](const Task& task) { return task.description.id == id; };
  const auto at = std::ranges::find_if(plan.tasks, has_id);
  return at == plan.tasks.end() ? nullptr : &*at;
}

}  // namespace continuo::plan
