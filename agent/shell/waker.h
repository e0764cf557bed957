// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <array>
#include <memory>

#include "agent/handoff/doorbell.h"
#include "dsp/base/realtime.h"
#include "proto/clock/clock.h"
#include "proto/plan/plan.h"
#include "proto/transport/udp_port.h"

namespace continuo::agent {

using UdpPorts = std::array<std::unique_ptr<transport::UdpPort>, plan::kMaxNetworks>;

/// What the audio thread sleeps on between two ticks, where it must not sleep through what comes meanwhile: datagrams,
/// and the doorbell. One thread.
class Waker {
 public:
  /// All outlive it.
  Waker(clock::Clock& clock, const UdpPorts& ports, const handoff::Doorbell& bell);
  /// Until something has come, or it is time `t` of the clock.
  void Wait(Nanoseconds t) CONTINUO_REALTIME;

 private:
  clock::Clock& clock_;
  const handoff::Doorbell& bell_;
  std::array<pollfd, plan::kMaxNetworks + 1> files_{};
};

}  // namespace continuo::agent
