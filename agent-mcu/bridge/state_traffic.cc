// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/state_traffic.h"

#include <chrono>
#include <utility>

namespace continuo::mcu {
namespace {

using Given = agent::StateGiven::Answer;
using Outcome = StateAnswer::Outcome;

constexpr std::chrono::seconds kPatience{2};

Given AnswerOf(Outcome outcome) {
  return outcome == Outcome::kGiven     ? Given::kGiven
         : outcome == Outcome::kNotHere ? Given::kNotHere
                                        : Given::kNotNow;
}

}  // namespace

StateTraffic::~StateTraffic() {
  while (!fetches_.empty()) End(fetches_.begin()->first);
}

void StateTraffic::Begin(const agent::core::FetchState& what) {
  const agent::StateWish wish{what.replica.task, what.generation, what.not_before,
                              what.may_be_tainted};
  auto fetch = std::make_unique<Fetch>(what, wish);
  fetch->thread = std::thread([this, running = fetch.get(), number = what.fetch] {
    agent::StateReceived received = running->call.Run([](std::uint64_t, std::uint64_t) {});
    const std::lock_guard lock(mutex_);
    arrived_.push_back({.fetch = number,
                        .error = std::move(received.error),
                        .busy = received.busy,
                        .next = received.state.next,
                        .bytes = std::move(received.state.bytes)});
  });
  fetches_.emplace(what.fetch, std::move(fetch));
}

void StateTraffic::End(std::uint32_t fetch) {
  const auto at = fetches_.find(fetch);
  if (at == fetches_.end()) return;
  at->second->call.Cancel();
  at->second->thread.join();
  fetches_.erase(at);
}

std::vector<StateArrived> StateTraffic::TakeArrived() {
  std::vector<StateArrived> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.assign(std::make_move_iterator(arrived_.begin()),
                   std::make_move_iterator(arrived_.end()));
    arrived_.clear();
  }
  for (const StateArrived& one : arrived) End(one.fetch);
  return arrived;
}

agent::StateGiven StateTraffic::Give(const agent::StateWish& wish) {
  const std::lock_guard alone(giving_);
  std::unique_lock lock(mutex_);
  asked_ = StateAsked{.number = ++last_wish_,
                      .task = wish.task,
                      .generation = wish.generation,
                      .not_before = wish.not_before,
                      .may_be_tainted = wish.may_be_tainted};
  answer_.reset();
  changed_.wait_for(lock, kPatience, [this] { return answer_.has_value(); });
  asked_.reset();
  if (!answer_) return {Given::kNoAnswer, "the board does not answer", {}};
  return {AnswerOf(answer_->outcome),
          answer_->why,
          {std::move(answer_->bytes), answer_->next, answer_->incarnation, answer_->tainted}};
}

std::optional<StateAsked> StateTraffic::Wished() {
  const std::lock_guard lock(mutex_);
  return answer_ ? std::nullopt : asked_;
}

void StateTraffic::Answer(StateAnswer answer) {
  const std::lock_guard lock(mutex_);
  if (!asked_ || asked_->number != answer.number) return;  // nobody waits any more
  answer_ = std::move(answer);
  changed_.notify_all();
}

}  // namespace continuo::mcu
