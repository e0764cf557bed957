// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/round_trip_run.h"

#include <string>
#include <vector>

#include "agent/edge/devices/round_trip_lines.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kWaitTurn = 50'000'000;
constexpr Nanoseconds kWaitAtMost = 10'000'000'000;  // a thread of the device may be kept waiting
constexpr int kTries = 3;

/// Empty when both are done.
std::string Wait(DeviceHost& host, clock::Clock& clock, const RoundTripLine& out,
                 const RoundTripLine& in) {
  const Nanoseconds until = clock.Now() + kWaitAtMost;
  while (!out.done() || !in.done()) {
    clock.SleepUntil(clock.Now() + kWaitTurn);
    host.LookAfter();
    if (host.lost()) return "the device went away while its round trip was measured";
    if (clock.Now() > until) return "the device neither plays nor hears for as long as it should";
  }
  return {};
}

std::vector<DeviceStamp> Moved(std::span<const DeviceStamp> stamps, Frames by) {
  std::vector<DeviceStamp> moved(stamps.begin(), stamps.end());
  for (DeviceStamp& stamp : moved) stamp.at += by * 1'000'000'000 / kSampleRate;
  return moved;
}

/// `xruns`: of both directions.
RoundTrip MeasureOnce(DeviceHost& host, clock::Clock& clock, const RoundTripLoop& loop,
                      std::uint64_t& xruns) {
  const RoundTripSignal signal;
  RoundTripOutput out(signal, loop.out);
  RoundTripInput in(loop.in);
  RoundTrip trip;
  std::string& error = trip.reading.error;
  if (error = host.Join(in); !error.empty()) return trip;
  if (error = host.Join(out); !error.empty()) {
    host.Leave(in);
    return trip;
  }
  error = Wait(host, clock, out, in);
  const DeviceLine::Reading played = host.Read(out), heard = host.Read(in);
  host.Leave(out);
  host.Leave(in);
  if (!error.empty()) return trip;
  xruns = played.xruns + heard.xruns;
  trip.out = played.latency;
  trip.in = heard.latency;
  trip.reading = JudgeRoundTrip(signal, Moved(out.stamps(), trip.out), Moved(in.stamps(), -trip.in),
                                in.heard());
  return trip;
}

}  // namespace

RoundTrip MeasureRoundTrip(DeviceHost& host, clock::Clock& clock, const RoundTripLoop& loop) {
  RoundTrip trip;
  std::uint64_t xruns = 0;
  for (int i = 0; i < kTries; ++i) {
    xruns = 0;
    trip = MeasureOnce(host, clock, loop, xruns);
    if (xruns == 0 || host.lost()) return trip;
  }
  trip.reading.error = "the device has lost time (" + std::to_string(xruns) +
                       " xruns) in each of " + std::to_string(kTries) +
                       " tries: see its period, and what else runs here";
  return trip;
}

}  // namespace continuo::agent
