// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/round_trip_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace continuo::agent {

std::string RoundTripText(const std::string& device, const RoundTripLoop& loop,
                          const RoundTrip& trip) {
  const RoundTripReading& reading = trip.reading;
  char text[640];
  std::snprintf(
      text, sizeof text,
      "%s: what is played on channel %d is back on channel %d after %.1f samples (%.2f ms)\n"
      "  told by the device   %lld samples of its output, %lld of its input\n"
      "  not told by it       %.2f samples\n"
      "  %d bursts of noise    within %.2f samples; %.0f dBFS came back%s, alike by %.3f\n"
      "  so begin the agent with --device-unreported %.2f\n",
      device.c_str(), loop.out, loop.in, trip.whole(), trip.whole() * 1000 / kSampleRate,
      static_cast<long long>(trip.out), static_cast<long long>(trip.in), reading.unreported,
      RoundTripSignal::kBursts, reading.spread, 20 * std::log10(std::max(reading.level, 1e-6)),
      reading.inverted ? " upside down" : "", reading.alike, reading.unreported);
  return text;
}

}  // namespace continuo::agent
