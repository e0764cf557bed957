// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/ports.h"
#include "sim/node_clock.h"

namespace continuo::sim {

class World;

/// What outlives the coordinator's process: its journal.
struct CoordinatorDisk {
  std::vector<coordinator::Input> journal;
};

/// The coordinator as its shell wires it (coordinator/shell/loop.cc): a batch of inputs becomes durable, then each is
/// stepped and its effects are performed in order. It can die between any two of them.
class CoordinatorProcess {
 public:
  using What = coordinator::Inbox::What;
  CoordinatorProcess(World& world, CoordinatorDisk& disk, const NodeClock& clock);

  bool attachable() const { return running_; }
  void Post(What what);
  /// A question of an operator; the number under which the answer comes.
  coordinator::RequestId Ask(What what);
  /// A batch. False: it died.
  bool Turn();
  bool due() const { return !queue_.empty() || clock_.LocalAt(now()) >= next_tick_; }

  /// Dies before that many more effects are performed; `early`: before the next batch is durable.
  void StrikeAfter(int effects, bool early) {
    fuse_ = effects;
    early_ = early;
  }
  bool struck() const { return fuse_ >= 0; }
  const coordinator::State& state() const { return state_; }

 private:
  Nanoseconds now() const;
  bool StepAll(std::vector<coordinator::Input> batch);
  bool Perform(coordinator::Effects effects, std::vector<coordinator::Input>& raised);

  World& world_;
  CoordinatorDisk& disk_;
  const NodeClock& clock_;
  coordinator::State state_;
  std::vector<coordinator::Input> queue_;
  coordinator::RequestId last_request_ = 0;
  Nanoseconds next_tick_ = 0;
  bool running_ = false, early_ = false;
  int fuse_ = -1;
};

}  // namespace continuo::sim
