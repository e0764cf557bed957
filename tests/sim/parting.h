// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "sim/wire_tap.h"

namespace continuo::sim {

struct Machine;

/// Two replicas that hear nothing of each other on any network each go on as the last one, and commands reach them
/// apart. That is beyond what is promised: from the first packet on of which there are two values for that reason,
/// there are two truths.
class Parting {
 public:
  explicit Parting(const std::vector<std::unique_ptr<Machine>>& machines) : machines_(machines) {}

  /// Notes who goes on without whose word. Often enough that nobody comes and goes between two looks.
  void Look();
  /// Two values of one packet were sent.
  void Weigh(const WireTap::Conflict& conflict);
  /// First packet that cannot be judged.
  PacketIndex from() const { return from_; }

 private:
  const std::vector<std::unique_ptr<Machine>>& machines_;
  std::set<std::pair<Incarnation, Incarnation>> alone_;  // (a, b): a has computed without b's word
  PacketIndex from_ = std::numeric_limits<PacketIndex>::max();
};

}  // namespace continuo::sim
