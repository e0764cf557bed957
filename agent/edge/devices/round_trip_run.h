// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "agent/edge/devices/device_host.h"
#include "agent/edge/devices/round_trip.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// Names of the two lines.
inline constexpr const char* kRoundTripOut = "round-trip-out";
inline constexpr const char* kRoundTripIn = "round-trip-in";

/// A cable from an output of a device to an input of it: their channels, from 1.
struct RoundTripLoop {
  int out = 1;
  int in = 1;
};

/// What was measured of a device.
struct RoundTrip {
  RoundTripReading reading;  ///< with what is wrong, if anything is
  Frames out = 0, in = 0;    ///< latency that the device tells, of each direction, in samples
  /// From when a sample is given to the device until what was heard of it is handed out, in samples.
  double whole() const { return static_cast<double>(out + in) + reading.unreported; }
};

/// Plays and hears for 3 s, on the device's threads; where the device has lost time meanwhile, again, three times in
/// all. Not real time.
RoundTrip MeasureRoundTrip(DeviceHost& host, clock::Clock& clock, const RoundTripLoop& loop);

}  // namespace continuo::agent
