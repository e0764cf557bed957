// SPDX-License-Identifier: Apache-2.0
#include "agent/core/joiner.h"

#include <limits>
#include <utility>

namespace continuo::agent::core {
namespace {

using plan::ReplicaState;

constexpr PacketIndex kFar = std::numeric_limits<PacketIndex>::max();

bool IsMember(ReplicaState state) {
  return state == ReplicaState::kInSync || state == ReplicaState::kTainted ||
         state == ReplicaState::kFenced || state == ReplicaState::kRetired;
}

}  // namespace

void Joiner::Enter(Stage stage, Nanoseconds now, Nanoseconds patience) {
  stage_ = stage;
  since_ = now;
  deadline_ = now + patience;
}

const Donor* Joiner::NextDonor() const {
  if (donors_.empty()) return nullptr;
  return &donors_[static_cast<std::size_t>(attempts_) % donors_.size()];
}

std::optional<FetchState> Joiner::Begin(std::uint32_t fetch, Nanoseconds now) {
  const Donor* const donor = NextDonor();
  if (stage_ != Stage::kWaiting || !subscribed_ || now < not_until_ || donor == nullptr) {
    return std::nullopt;
  }
  Enter(Stage::kFetching, now, patience_.snapshot);
  fetch_ = fetch;
  progress_.donor = donor->node;
  progress_.snapshot_bytes = progress_.snapshot_total = 0;
  // A tainted state is taken only when nobody gave a better one: members in sync would never find it equal.
  const bool all_asked =
      attempts_ >= kJoinAttempts - 1 || attempts_ >= static_cast<int>(donors_.size());
  return FetchState{.replica = self_,
                    .fetch = fetch,
                    .generation = generation_,
                    .donor = donor->node,
                    .address = donor->address,
                    .not_before = not_before_,
                    .may_be_tainted = all_asked,
                    .checkpoint = false};
}

void Joiner::On(const StateProgressed& progressed) {
  if (progressed.fetch != fetch()) return;
  progress_.snapshot_bytes = progressed.bytes;
  progress_.snapshot_total = progressed.total;
  const auto total = static_cast<std::int64_t>(progressed.total);
  deadline_ = since_ + patience_.snapshot + LongestTransfer(total);
}

Joiner::Effects Joiner::On(const StateFetched& fetched, Nanoseconds now) {
  if (fetched.fetch != fetch()) return {};
  if (fetched.busy) {
    if (busy_since_ == 0) busy_since_ = now;
    if (now - busy_since_ >= patience_.busy) return TryAgain(fetched.error, now, patience_.pause);
    stage_ = Stage::kWaiting;
    not_until_ = now + patience_.busy_pause;
    return {};
  }
  if (!fetched.error.empty()) return TryAgain(fetched.error, now, patience_.pause);
  busy_since_ = 0;
  next_ = fetched.next;
  progress_.snapshot_bytes = progress_.snapshot_total = fetched.bytes;
  progress_.snapshot_next = fetched.next;
  Enter(Stage::kLearning, now, patience_.learn);
  return {LearnState{self_, fetch_}};
}

Joiner::Effects Joiner::On(const StateLearned& learned, Nanoseconds now) {
  if (stage_ != Stage::kLearning) return {};
  if (!learned.taken) {
    not_before_ = next_ + 1;
    return TryAgain("not all that follows its state is here any more", now, patience_.short_pause);
  }
  behind_ = kFar;
  Enter(Stage::kCatchUp, now, patience_.catch_up);
  return {};
}

Joiner::Effects Joiner::See(const ReplicaSeen& seen, Nanoseconds now) {
  if (stage_ == Stage::kJoined) return {};
  if (stage_ == Stage::kFailed) {
    // Given up too early: what its fellows have agreed is what counts.
    if (seen.state == ReplicaState::kInSync) Join();
    return {};
  }
  if (seen.failed) {
    // The audio thread has said why.
    Effects effects;
    if (fetch() != 0) effects.emplace_back(AbandonFetch{fetch_});
    stage_ = Stage::kFailed;
    return effects;
  }
  if (seen.state == ReplicaState::kSubscribed && !subscribed_) {
    subscribed_ = true;
    Enter(Stage::kWaiting, now, patience_.snapshot);
  }
  const bool computes = stage_ == Stage::kCatchUp || stage_ == Stage::kShadow;
  if (computes && (IsMember(seen.state) || seen.in_sync_at != 0)) {
    Join();
  } else if (stage_ == Stage::kCatchUp && seen.state == ReplicaState::kShadow) {
    Enter(Stage::kShadow, now, patience_.shadow);
  } else if (stage_ == Stage::kCatchUp && seen.behind < behind_) {
    behind_ = seen.behind;
    deadline_ = now + patience_.catch_up;
  }
  return Tick(now);
}

Joiner::Effects Joiner::Tick(Nanoseconds now) {
  switch (stage_) {
    case Stage::kFetching: {
      if (now < deadline_) return {};
      Effects effects = {AbandonFetch{fetch_}};
      for (JoinEffect& effect : TryAgain("its state did not come in time", now, patience_.pause)) {
        effects.push_back(std::move(effect));
      }
      return effects;
    }
    case Stage::kLearning:
      return now < deadline_ ? Effects{} : Fail("the audio thread did not take the state in time");
    case Stage::kCatchUp:
      return now < deadline_ ? Effects{}
                             : Fail(
                                   "it does not catch up: this node is too slow for the task, or "
                                   "an input does not come");
    case Stage::kShadow:
      return now < deadline_ ? Effects{} : Fail("it has caught up, and no member admitted it");
    case Stage::kWaiting:
      if (!subscribed_ || !donors_.empty() || now < deadline_) return {};
      return Fail("no node that computes the task can be asked for its state");
    case Stage::kJoined:
    case Stage::kFailed:
      break;
  }
  return {};
}

Joiner::Effects Joiner::TryAgain(const std::string& why, Nanoseconds now, Nanoseconds pause) {
  ++attempts_;
  const std::string said = "node " + std::to_string(progress_.donor) + ": " + why;
  if (attempts_ >= kJoinAttempts) {
    return Fail("no member gave a state that can be used; " + said);
  }
  stage_ = Stage::kWaiting;
  not_until_ = now + pause;
  return {StateRefused{self_, progress_.donor, why}};
}

void Joiner::Join() {
  stage_ = Stage::kJoined;
  progress_.error.clear();
}

Joiner::Effects Joiner::Fail(std::string why) {
  stage_ = Stage::kFailed;
  progress_.error = why;
  return {GiveUp{self_, std::move(why)}};
}

}  // namespace continuo::agent::core
