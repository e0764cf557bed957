// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
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
  /// The oldest message, after waiting for one; nullopt when shut.
  std::optional<plan::FromAgent> Take();
  /// Puts back, in front, what could not be sent.
  void Return(plan::FromAgent message);
  /// Take returns nullopt at once until Open.
  void Shut();
  void Open();
  std::size_t size() const;
  std::size_t incidents_dropped() const;

 private:
  void MakeRoom(const plan::FromAgent& next);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<plan::FromAgent> queue_;
  std::size_t incidents_ = 0;
  std::size_t incidents_dropped_ = 0;
  bool shut_ = true;
};

}  // namespace continuo::agent
