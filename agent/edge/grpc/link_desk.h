// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>

#include "agent/edge/grpc/outbox.h"

namespace continuo::agent {

/// Which of several coordinators is written to: the one that welcomed this agent with the highest term. Any thread.
class LinkDesk {
 public:
  using Turn = std::uint64_t;

  /// A coordinator of that term has welcomed this agent. 0: one of a higher term is written to, so this one leads no
  /// more; else the outbox is open to this turn, and the stream before it is ended (its `end`, which must not block).
  Turn Take(std::uint64_t term, std::function<void()> end) {
    const std::lock_guard lock(mutex_);
    if (turn_ != 0 && term < term_) return 0;
    if (turn_ != 0 && end_) end_();
    term_ = term;
    end_ = std::move(end);
    turn_ = ++last_turn_;
    outbox_.Open(turn_);
    return turn_;
  }
  /// That stream has ended.
  void Leave(Turn turn) {
    const std::lock_guard lock(mutex_);
    outbox_.Shut(turn);
    if (turn != turn_) return;
    turn_ = 0;
    end_ = nullptr;
  }
  bool taken() const {
    const std::lock_guard lock(mutex_);
    return turn_ != 0;
  }
  Outbox& outbox() { return outbox_; }

 private:
  mutable std::mutex mutex_;
  Outbox outbox_;
  Turn turn_ = 0;  // 0: nobody is written to
  Turn last_turn_ = 0;
  std::uint64_t term_ = 0;
  std::function<void()> end_;
};

}  // namespace continuo::agent
