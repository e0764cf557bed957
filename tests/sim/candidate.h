// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "coordinator/core/leadership.h"
#include "sim/etcd_line.h"
#include "sim/node_clock.h"

namespace continuo::sim {

/// A coordinator's candidacy, as its shell wires it (coordinator/shell/candidacy.cc): the shipped machine, one
/// question to the store at a time, and the clock of the lease.
class Candidate {
 public:
  struct Court {
    std::function<void(coordinator::Revision guard)> begin;
    std::function<void(const std::string& why)> end;
  };
  Candidate(Calendar& calendar, const NodeClock& clock, EtcdLine& line, std::string address,
            Court court);

  /// While it is awake, again and again.
  void Turn();
  /// A reign has ended by itself.
  void StepDown(const std::string& why, Nanoseconds pause);
  /// By its own clock nobody else can lead.
  bool Held() const { return now() < held_until_; }
  bool leads() const { return leadership_.leads(); }

 private:
  Nanoseconds now() const { return clock_.LocalAt(calendar_.now()); }
  void Perform(const coordinator::LeadershipEffects& effects);
  void AskNext();

  Calendar& calendar_;
  const NodeClock& clock_;
  EtcdLine& line_;
  const Court court_;
  coordinator::Leadership leadership_;
  Nanoseconds held_until_ = 0;
  std::deque<coordinator::AskStore> questions_;
  std::optional<std::pair<std::uint64_t, Nanoseconds>> asked_;  // number, when
  // Outlives it, for answers that come later.
  std::shared_ptr<std::deque<coordinator::StoreAnswer>> answers_ =
      std::make_shared<std::deque<coordinator::StoreAnswer>>();
};

}  // namespace continuo::sim
