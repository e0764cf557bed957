// SPDX-License-Identifier: Apache-2.0
#include "agent/core/joins.h"

#include <algorithm>
#include <set>
#include <utility>

#include "dsp/kernels/registry.h"

namespace continuo::agent::core {
namespace {

void Append(Joins::Effects more, Joins::Effects& effects) {
  for (JoinEffect& effect : more) effects.push_back(std::move(effect));
}

// One that settles is as far as its fellows long before it is equal to them.
JoinPatience PatienceFor(const plan::Task& task, JoinPatience patience) {
  const dsp::KernelDescription* const kernel = dsp::FindKernel(task.description.kind.view());
  if (kernel != nullptr && kernel->handover == dsp::Handover::kSettled) {
    patience.shadow += Nanoseconds{kernel->tail_frames} * 1'000'000'000 / kSampleRate;
  }
  return patience;
}

}  // namespace

Joins::Effects Joins::Follow(const plan::Plan& plan, plan::NodeId self,
                             const std::vector<plan::Peer>& peers) {
  std::set<ReplicaKey> planned;
  for (const plan::Task& task : plan.tasks) {
    for (const plan::Replica& replica : task.replicas) {
      const bool witness = replica.role == plan::Role::kWitness;
      if (replica.node != self || (!witness && replica.origin == plan::Origin::kFounder)) continue;
      const ReplicaKey key{task.description.id, replica.incarnation};
      planned.insert(key);
      if (!comers_.contains(key)) {
        comers_.emplace(
            key, witness ? Comer(Witness(key, task.generation))
                         : Comer(Joiner(key, task.generation, PatienceFor(task, patience_))));
      }
      const auto know = [&](auto& comer) {
        comer.Know(DonorsOf(plan, key.task, self, peers, witness));
      };
      std::visit(know, comers_.at(key));
      auto* const kept = std::get_if<Witness>(&comers_.at(key));
      if (kept != nullptr) kept->SetTurn(TurnOf(task, key.incarnation).value_or(0));
    }
  }
  Effects effects;
  for (auto at = comers_.begin(); at != comers_.end();) {
    const auto next = std::next(at);
    if (!planned.contains(at->first)) Drop(at, effects);
    at = next;
  }
  return effects;
}

Joins::Effects Joins::Stop() {
  Effects effects;
  while (!comers_.empty()) Drop(comers_.begin(), effects);
  return effects;
}

void Joins::Drop(std::map<ReplicaKey, Comer>::iterator at, Effects& effects) {
  const std::uint32_t fetch =
      std::visit([](const auto& comer) { return comer.fetch(); }, at->second);
  if (fetch != 0) effects.emplace_back(AbandonFetch{fetch});
  comers_.erase(at);
}

Joins::Effects Joins::See(std::span<const ReplicaSeen> replicas, Nanoseconds now) {
  Effects effects;
  for (const ReplicaSeen& seen : replicas) {
    const auto at = comers_.find(seen.replica);
    if (at == comers_.end()) continue;
    if (auto* const joiner = std::get_if<Joiner>(&at->second)) {
      Append(joiner->See(seen, now), effects);
    } else {
      std::get<Witness>(at->second).See(seen);
    }
  }
  for (auto& [key, comer] : comers_) {
    Append(std::visit([now](auto& one) { return one.Tick(now); }, comer), effects);
  }
  BeginFetches(now, effects);
  return effects;
}

void Joins::BeginFetches(Nanoseconds now, Effects& effects) {
  const auto fetches = [](const auto& at) {
    return std::visit([](const auto& comer) { return comer.fetch() != 0; }, at.second);
  };
  auto running = std::ranges::count_if(comers_, fetches);
  // Joiners first: a witness has a checkpoint already, or can wait for it.
  for (const bool witnesses : {false, true}) {
    for (auto& [key, comer] : comers_) {
      if (running >= kMaxFetches) return;
      if (std::holds_alternative<Witness>(comer) != witnesses) continue;
      const auto begin = [&](auto& one) { return one.Begin(last_fetch_ + 1, now); };
      if (auto fetch = std::visit(begin, comer)) {
        ++last_fetch_;
        ++running;
        effects.emplace_back(*std::move(fetch));
      }
    }
  }
}

Joins::Effects Joins::On(const StateProgressed& progressed) {
  for (auto& [key, comer] : comers_) {
    std::visit([&](auto& one) { one.On(progressed); }, comer);
  }
  return {};
}

Joins::Effects Joins::On(const StateFetched& fetched, Nanoseconds now) {
  Effects effects;
  for (auto& [key, comer] : comers_) {
    Append(std::visit([&](auto& one) { return one.On(fetched, now); }, comer), effects);
  }
  BeginFetches(now, effects);
  return effects;
}

Joins::Effects Joins::On(const StateLearned& learned, Nanoseconds now) {
  const auto at = comers_.find(learned.replica);
  if (at == comers_.end()) return {};
  if (auto* const joiner = std::get_if<Joiner>(&at->second)) return joiner->On(learned, now);
  return std::get<Witness>(at->second).On(learned, now);
}

Joins::Effects Joins::On(const ResumeWanted& wanted, Nanoseconds now) {
  const auto at = comers_.find(wanted.replica);
  if (at == comers_.end()) return {};
  auto* const witness = std::get_if<Witness>(&at->second);
  return witness == nullptr ? Effects{} : witness->On(wanted, now);
}

const plan::JoinProgress* Joins::ProgressOf(ReplicaKey replica) const {
  const auto at = comers_.find(replica);
  if (at == comers_.end()) return nullptr;
  const auto progress = [](const auto& comer) { return &comer.progress(); };
  return std::visit(progress, at->second);
}

void Joins::AddTo(plan::Status& status) const {
  for (plan::ReplicaStatus& replica : status.replicas) {
    const ReplicaKey key{replica.task, replica.incarnation};
    const plan::JoinProgress* const known = ProgressOf(key);
    if (known == nullptr) continue;
    replica.join.donor = known->donor;
    replica.join.snapshot_bytes = known->snapshot_bytes;
    replica.join.snapshot_total = known->snapshot_total;
    if (replica.join.snapshot_next == 0) replica.join.snapshot_next = known->snapshot_next;
    if (replica.join.error.empty()) replica.join.error = known->error;
    if (replica.state == plan::ReplicaState::kSubscribed && IsFetching(key)) {
      replica.state = plan::ReplicaState::kSnapshot;
    }
  }
}

bool Joins::IsFetching(ReplicaKey replica) const {
  const auto at = comers_.find(replica);
  if (at == comers_.end()) return false;
  const auto* const joiner = std::get_if<Joiner>(&at->second);
  return joiner != nullptr && (joiner->stage() == Joiner::Stage::kFetching ||
                               joiner->stage() == Joiner::Stage::kLearning);
}

}  // namespace continuo::agent::core
