// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "agent/rt/outbox.h"
#include "agent/rt/program.h"
#include "agent/rt/replica_runner.h"
#include "dsp/base/realtime.h"
#include "proto/wire/control_frames.h"

namespace continuo::agent::rt {

/// Once per quantum, what the replicas of this node have to say to their fellows: one frame for
/// each node they run on, on every network; and one for each fellow that the plan does not list.
class FellowExchange {
 public:
  void Send(const Program& program, ReplicaRunners& runners, Outbox& outbox) CONTINUO_REALTIME;

 private:
  void FindHosts(const ReplicaRunners& runners) CONTINUO_REALTIME;
  bool IsHost(plan::NodeId node) const CONTINUO_REALTIME;
  void SendToUnlisted(const Program& program, ReplicaRunner& runner,
                      Outbox& outbox) CONTINUO_REALTIME;

  FixedVector<plan::NodeId, 64> hosts_;  // nodes with fellows; full: perhaps not all of them
  std::array<std::uint8_t, wire::kMaxDatagramBytes> frame_{};
};

}  // namespace continuo::agent::rt
