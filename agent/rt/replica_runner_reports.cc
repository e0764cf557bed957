// SPDX-License-Identifier: Apache-2.0
// What a replica tells of itself.
#include <algorithm>
#include <utility>

#include "agent/rt/replica_runner.h"

namespace continuo::agent::rt {

void ReplicaRunner::CountCost(Nanoseconds cost) {
  const auto ns = static_cast<std::uint64_t>(std::max<Nanoseconds>(cost, 0));
  cost_max_[0] = std::max(cost_max_[0], ns);
  cost_sum_[0] += ns;
  ++cost_count_[0];
}

plan::ReplicaState ReplicaRunner::PlanState() const {
  using plan::ReplicaState;
  if (!active()) return ReplicaState::kEmpty;
  const replica::State state = replica_.state();
  if (state == replica::State::kEmpty) return ReplicaState::kEmpty;
  if (state == replica::State::kClosed) return ReplicaState::kRetired;
  if (replica_.witness()) {
    return state == replica::State::kLearning ? ReplicaState::kSubscribed : ReplicaState::kWitness;
  }
  if (replica_.bare()) return ReplicaState::kSubscribed;
  if (shadows()) return catch_up_.done() ? ReplicaState::kShadow : ReplicaState::kCatchUp;
  return state == replica::State::kTainted  ? ReplicaState::kTainted
         : state == replica::State::kFenced ? ReplicaState::kFenced
                                            : ReplicaState::kInSync;
}

void ReplicaRunner::PublishJoin(handoff::JoinCounters& out) const {
  out = {};
  out.error = failure_;
  if (!IsJoiner() || !started_) return;
  out.snapshot_next = catch_up_.from();
  out.behind = shadows() ? catch_up_.behind() : 0;
  out.catch_up_percent = catch_up_.percent();
  out.hash_equal = replica_.hash_equal();
  const PacketIndex from = replica_.joined_from();
  out.in_sync_at = from == replica::Replica::kNotYet ? 0 : from * program_->plan.quantum;
}

void ReplicaRunner::Publish(handoff::ReplicaCounters& out) {
  out.task = task();
  out.incarnation = spec_->self;
  out.state = PlanState();
  out.next = replica_.next();
  out.live_members = static_cast<std::uint32_t>(replica_.live_members());
  out.state_bytes = image_bytes_;
  PublishJoin(out.join);
  out.retired_at =
      out.state == plan::ReplicaState::kRetired ? replica_.next() * program_->plan.quantum : 0;
  out.gap = gap_;
  out.readings.clear();
  if (body_ != nullptr) body_->Read(out.readings);
  out.process_ns_max = std::max(cost_max_[0], cost_max_[1]);
  const std::uint64_t count = cost_count_[0] + cost_count_[1];
  out.process_ns_mean = count == 0 ? 0 : (cost_sum_[0] + cost_sum_[1]) / count;
  if (++publications_ % 4 != 0) return;
  cost_max_[1] = std::exchange(cost_max_[0], 0);
  cost_sum_[1] = std::exchange(cost_sum_[0], 0);
  cost_count_[1] = std::exchange(cost_count_[0], 0);
}

}  // namespace continuo::agent::rt
