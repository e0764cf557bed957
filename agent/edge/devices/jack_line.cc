// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_line.h"

#include <algorithm>

#include "agent/edge/devices/jack_client.h"

namespace continuo::agent {

std::uint64_t JackLine::xruns() const {
  return client_->xruns() - xruns_before_;
}

Frames JackLine::device_latency() const {
  Frames latency = 0;
  for (jack_port_t* const port : ports_) {
    jack_latency_range_t range{};
    client_->jack().port_get_latency_range(port, plays() ? JackPlaybackLatency : JackCaptureLatency,
                                           &range);
    latency = std::max(latency, static_cast<Frames>(range.max));
  }
  return latency;
}

}  // namespace continuo::agent
