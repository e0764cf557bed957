// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/steward.h"

#include <algorithm>

#include "dsp/base/hash.h"

namespace continuo::test {
namespace {

using plan::ReplicaState;

constexpr Frames kDeathIsKnownAfter = FramesOfMs(300);
constexpr Frames kJoinPatience = FramesOfMs(3000);

}  // namespace

ReplicaState Steward::StateOf(plan::TaskId task, const plan::Replica& replica) {
  const auto seen = cluster_.ReplicaOn(replica.node, task);
  return seen.incarnation == replica.incarnation ? seen.state : ReplicaState::kSubscribed;
}

bool Steward::Clean(plan::Task& task, MediaTime now) {
  const plan::TaskId id = task.description.id;
  return std::erase_if(task.replicas, [&](const plan::Replica& r) {
           const auto dead = died_.find(r.node);
           if (dead != died_.end()) return now > dead->second + kDeathIsKnownAfter;
           const auto since = since_.try_emplace({id, r.incarnation}, now).first->second;
           const ReplicaState state = StateOf(id, r);
           const bool comes = state == ReplicaState::kSubscribed ||
                              state == ReplicaState::kCatchUp || state == ReplicaState::kShadow;
           return state == ReplicaState::kEmpty || state == ReplicaState::kRetired ||
                  (comes && now > since + kJoinPatience);
         }) > 0;
}

bool Steward::Complete(plan::Plan& plan, plan::Task& task) {
  const auto stay = std::count_if(task.replicas.begin(), task.replicas.end(),
                                  [](const plan::Replica& r) { return !r.leaving; });
  if (stay >= task.wanted) return false;
  for (int i = 0; i < TestShow::kNodes; ++i) {
    const auto node = static_cast<plan::NodeId>(
        1 + (Mix64(static_cast<std::uint64_t>(++joins_)) + static_cast<std::uint64_t>(i)) %
                TestShow::kNodes);
    if (IsDead(node) || plan::RunsOn(task, node)) continue;
    cluster_.Join(plan, task.description.id, node);
    return true;
  }
  return false;
}

void Steward::Look(MediaTime now) {
  plan::Plan plan = cluster_.plan();
  bool changed = false;
  for (plan::Task& task : plan.tasks) {
    changed |= Clean(task, now);
    changed |= Complete(plan, task);
  }
  if (changed) cluster_.Replan(plan);
  whole_ = !changed && died_.size() < 3;
  for (const plan::Task& task : plan.tasks) {
    whole_ &= static_cast<int>(task.replicas.size()) == task.wanted;
    for (const plan::Replica& r : task.replicas) {
      whole_ &= !IsDead(r.node) && StateOf(task.description.id, r) == ReplicaState::kInSync;
    }
  }
}

void Steward::Move(plan::TaskId task, plan::NodeId to) {
  plan::Plan plan = cluster_.plan();
  auto& replicas = plan.tasks[task - 1].replicas;
  if (IsDead(to) || plan::RunsOn(plan.tasks[task - 1], to)) return;
  replicas.front().leaving = true;
  cluster_.Join(plan, task, to);
  cluster_.Replan(plan);
  whole_ = false;
}

}  // namespace continuo::test
