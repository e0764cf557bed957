// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/part_status.h"

#include <string>

#include "proto/replica/life.h"

namespace continuo::mcu {

plan::ReplicaState StateOf(const PartReport& part) {
  const auto state = static_cast<replica::State>(part.state);
  if (state == replica::State::kClosed) return plan::ReplicaState::kRetired;
  if (!part.failure.empty()) return plan::ReplicaState::kEmpty;
  switch (part.join) {
    case JoinStage::kSubscribed:
      return plan::ReplicaState::kSubscribed;
    case JoinStage::kCatchUp:
      return plan::ReplicaState::kCatchUp;
    case JoinStage::kShadow:
      return plan::ReplicaState::kShadow;
    case JoinStage::kNone:
    case JoinStage::kJoined:
      break;
  }
  switch (state) {
    case replica::State::kInSync:
      return plan::ReplicaState::kInSync;
    case replica::State::kTainted:
      return plan::ReplicaState::kTainted;
    case replica::State::kFenced:
      return plan::ReplicaState::kFenced;
    case replica::State::kClosed:
    case replica::State::kLearning:
    case replica::State::kEmpty:
      break;
  }
  return plan::ReplicaState::kEmpty;
}

plan::ReplicaStatus StatusOf(const Slice& slice, const PartReport* part) {
  plan::ReplicaStatus replica;
  replica.task = slice.task.id;
  replica.incarnation = slice.self;
  if (part == nullptr) return replica;
  replica.state = StateOf(*part);
  replica.next = part->next;
  replica.live_members = part->live;
  if (replica.state == plan::ReplicaState::kRetired) {
    replica.retired_at = part->next * slice.quantum;
  }
  replica.join.error = std::string(part->failure.view());
  if (part->join == JoinStage::kNone) return replica;
  replica.join.behind = part->behind;
  replica.join.in_sync_at = part->joined_from * slice.quantum;
  replica.join.hash_equal = part->joined_from != 0;
  return replica;
}

}  // namespace continuo::mcu
