// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/round_trip_run.h"
#include "agent/handoff/doorbell.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// What outputs and live tasks have to do with JACK.
struct JackWish {
  std::string server;  ///< name of it; "default" is that of a jackd without -n
  std::string client;  ///< to be seen there as
  std::map<std::string, std::string>
      connect;  ///< output or task -> beginning of the names of the ports to connect to
  DeviceManner manner;
};

/// A running JACK server, all as one client, with ports OUTPUT.out_1, TASK.in_1 and so on. `tell`: what the operator
/// has to know at once; called on the device's thread. `bell` is rung when something was heard; `clock` is the
/// cluster's. Both outlive the device.
std::unique_ptr<SoundDevice> OpenJack(const JackWish& wish, const handoff::Doorbell& bell,
                                      const clock::Clock& clock,
                                      std::function<void(plan::Incident)> tell);

/// Opens it and measures, on ports system:playback_OUT and system:capture_IN, or those that `wish` connects
/// kRoundTripOut and kRoundTripIn with. Some seconds; not real time.
RoundTrip MeasureJack(const JackWish& wish, const RoundTripLoop& loop);

/// Empty, or why this agent can play on no JACK server at all, and what to do.
std::string CheckJack();

}  // namespace continuo::agent
