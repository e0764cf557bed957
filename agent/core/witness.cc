// SPDX-License-Identifier: Apache-2.0
#include "agent/core/witness.h"

#include <algorithm>
#include <utility>

#include "agent/core/joiner.h"

namespace continuo::agent::core {
namespace {

using plan::ReplicaState;

/// What it needs to hear again after its checkpoint is not kept for ever: a donor that is silent is left soon. A large
/// state has more time, from the moment on at which it is known to be large.
constexpr Nanoseconds kPatience = kCheckpointPeriod;

}  // namespace

std::optional<FetchState> Witness::Begin(std::uint32_t fetch, Nanoseconds now) {
  if (stage_ != Stage::kKeeping || fetch_ != 0 || now < due_ || donors_.empty()) {
    return std::nullopt;
  }
  const Donor& donor = donors_[turn_ % donors_.size()];
  fetch_ = fetch;
  begun_ = now;
  deadline_ = now + kPatience;
  progress_.donor = donor.node;
  return FetchState{.replica = self_,
                    .fetch = fetch,
                    .generation = generation_,
                    .donor = donor.node,
                    .address = donor.address,
                    .not_before = checkpoint_,
                    .may_be_tainted = true,  // there is no better one
                    .checkpoint = true};
}

void Witness::See(const ReplicaSeen& seen) {
  const bool witnesses =
      seen.state == ReplicaState::kWitness || seen.state == ReplicaState::kSubscribed;
  if (stage_ == Stage::kWaiting && witnesses) stage_ = Stage::kKeeping;
  const bool computes = seen.state == ReplicaState::kInSync || seen.state == ReplicaState::kTainted;
  if (computes && stage_ != Stage::kWaiting) stage_ = Stage::kResumed;
}

void Witness::On(const StateProgressed& progressed) {
  if (progressed.fetch != fetch_) return;
  const auto total = static_cast<std::int64_t>(progressed.total);
  deadline_ = begun_ + kPatience + LongestTransfer(total);
}

std::vector<JoinEffect> Witness::On(const StateFetched& fetched, Nanoseconds now) {
  if (fetch_ == 0 || fetched.fetch != fetch_) return {};
  const std::uint32_t fetch = std::exchange(fetch_, 0);
  if (!fetched.error.empty()) {
    if (!fetched.busy) ++turn_;
    return Missed(fetched.error, now);
  }
  offered_ = fetched.next;
  progress_.snapshot_bytes = progress_.snapshot_total = fetched.bytes;
  const bool large = fetched.bytes > kLargeCheckpoint;
  const Nanoseconds period = checkpoint_ == 0 ? kSecondCheckpointAfter : kCheckpointPeriod;
  due_ = begun_ + (large ? kLargeCheckpointPeriod : period);
  return {KeepCheckpoint{self_, fetch, fetched.next}};
}

std::vector<JoinEffect> Witness::Missed(const std::string& why, Nanoseconds now) {
  due_ = now + kCheckpointPeriod / 2;
  const std::string before = std::move(progress_.error);
  progress_.error = "no new checkpoint; node " + std::to_string(progress_.donor) + ": " + why;
  if (progress_.error == before) return {};  // told already
  return {StateRefused{self_, progress_.donor, why}};
}

std::vector<JoinEffect> Witness::On(const ResumeWanted&, Nanoseconds now) {
  if (stage_ == Stage::kResuming || stage_ == Stage::kResumed) return {};
  takeover_.Want(now);
  return TakeUp(now);
}

std::vector<JoinEffect> Witness::TakeUp(Nanoseconds now) {
  if (!takeover_.IsDue(now)) return {};
  takeover_.Forget();
  std::vector<JoinEffect> effects;
  if (fetch_ != 0) effects.emplace_back(AbandonFetch{std::exchange(fetch_, 0)});
  if (checkpoint_ != 0) {
    stage_ = Stage::kResuming;
    effects.emplace_back(ResumeTask{self_});
  } else if (!std::exchange(told_, true)) {
    progress_.error = "the computing replica died before it gave a checkpoint";
    effects.emplace_back(GiveUp{self_, progress_.error});
  }
  return effects;
}

std::vector<JoinEffect> Witness::On(const StateLearned& learned, Nanoseconds now) {
  if (!learned.checkpoint) {
    // Not taken: the audio thread asks again.
    if (stage_ == Stage::kResuming) stage_ = learned.taken ? Stage::kResumed : Stage::kKeeping;
    return {};
  }
  const PacketIndex offered = std::exchange(offered_, 0);
  if (!learned.taken) {
    ++turn_;
    return Missed("not all that follows its state is here any more", now);
  }
  checkpoint_ = progress_.snapshot_next = offered;
  progress_.error.clear();
  return {};
}

std::vector<JoinEffect> Witness::Tick(Nanoseconds now) {
  if (auto effects = TakeUp(now); !effects.empty()) return effects;
  if (fetch_ == 0 || now < deadline_) return {};
  ++turn_;
  std::vector<JoinEffect> effects = {AbandonFetch{std::exchange(fetch_, 0)}};
  for (JoinEffect& effect : Missed("its state did not come in time", now)) {
    effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace continuo::agent::core
