// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "agent/edge/devices/round_trip_run.h"

namespace continuo::agent {

/// What an operator reads of a round trip that was measured without an error; several lines. `device` is such as
/// "alsa:hw:0".
std::string RoundTripText(const std::string& device, const RoundTripLoop& loop,
                          const RoundTrip& trip);

}  // namespace continuo::agent
