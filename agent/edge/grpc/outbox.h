// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "proto/plan/link.h"

namespace continuo::agent {

/// What waits to go to the coordinator. Bounded, because a coordinator may be away for a whole concert: of Status only
/// the newest is kept, then the oldest Incident goes; a PlanPrepared or a VerdictReached is never dropped.
/// Any thread.
class Outbox {
 public:
  /// Incidents kept at most. The other kinds are bounded by what they answer: a plan, an open event.
  static constexpr std::size_t kIncidentsKept = 256;

  void Put(plan::FromAgent message);
  /// The oldest message, after waiting for one; nullopt when it is not open to that turn (any more).
  std::optional<plan::FromAgent> Take(std::uint64_t turn = 0);
  /// Puts back, in front, what could not be sent.
  void Return(plan::FromAgent message);
  /// Opens it to one turn, and to no other.
  void Open(std::uint64_t turn = 0);
  /// Unless it is another's turn: Take returns nullopt at once until Open.
  void Shut(std::uint64_t turn = 0);
  std::size_t size() const;
  std::size_t incidents_dropped() const;

 private:
  void MakeRoom(const plan::FromAgent& next);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<plan::FromAgent> queue_;
  std::size_t incidents_ = 0;
  std::size_t incidents_dropped_ = 0;
  std::uint64_t turn_ = 0;
  bool shut_ = true;
};

}  // namespace continuo::agent
