// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/grpc/outbox.h"

#include <algorithm>

namespace continuo::agent {
namespace {

template <typename T>
bool Is(const plan::FromAgent& message) {
  return std::holds_alternative<T>(message);
}

}  // namespace

void Outbox::Put(plan::FromAgent message) {
  {
    const std::lock_guard lock(mutex_);
    MakeRoom(message);
    if (Is<plan::Incident>(message)) ++incidents_;
    queue_.push_back(std::move(message));
  }
  wake_.notify_all();
}

void Outbox::MakeRoom(const plan::FromAgent& next) {
  if (Is<plan::Status>(next)) {
    std::erase_if(queue_, Is<plan::Status>);
  } else if (Is<plan::Incident>(next) && incidents_ == kIncidentsKept) {
    queue_.erase(std::find_if(queue_.begin(), queue_.end(), Is<plan::Incident>));
    --incidents_;
    ++incidents_dropped_;
  }
}

std::optional<plan::FromAgent> Outbox::Take(std::uint64_t turn) {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return shut_ || turn != turn_ || !queue_.empty(); });
  if (shut_ || turn != turn_) return std::nullopt;
  plan::FromAgent message = std::move(queue_.front());
  queue_.pop_front();
  if (Is<plan::Incident>(message)) --incidents_;
  return message;
}

void Outbox::Return(plan::FromAgent message) {
  const std::lock_guard lock(mutex_);
  if (Is<plan::Status>(message)) return;  // stale by the time it could go
  if (Is<plan::Incident>(message)) ++incidents_;
  queue_.push_front(std::move(message));
}

void Outbox::Shut(std::uint64_t turn) {
  {
    const std::lock_guard lock(mutex_);
    if (turn == turn_) shut_ = true;
  }
  wake_.notify_all();
}

void Outbox::Open(std::uint64_t turn) {
  {
    const std::lock_guard lock(mutex_);
    turn_ = turn;
    shut_ = false;
  }
  wake_.notify_all();
}

std::size_t Outbox::size() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t Outbox::incidents_dropped() const {
  const std::lock_guard lock(mutex_);
  return incidents_dropped_;
}

}  // namespace continuo::agent
