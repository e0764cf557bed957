// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_input.h"

#include <algorithm>

namespace continuo::agent {

JackInput::JackInput(const InputTrack& track, Frames limit, const std::string& connect)
    : JackLine({track.name + ".in_", JackPortIsInput, track.ring->channels(), connect}),
      track_(track),
      dates_(track.media, track.quantum, limit) {}

void JackInput::Process(const Period& period) {
  const MediaTime n = dates_.Next(period.handed_out, period.frames);
  skipped_ += track_.ring->Write(n, buffers().data(), period.frames);
  readings_.Draft() = {dates_.slips(), skipped_, dates_.ahead(), true};
  readings_.Publish();
}

void JackInput::Report(const plan::DeviceStatus& before, DeviceProgress& progress) {
  const Reading& reading = readings_.Read();
  plan::DeviceStatus& status = progress.status;
  status.running = reading.running;
  status.latency = reading.running ? std::max<Frames>(0, device_latency() + reading.ahead) : 0;
  status.xruns = before.xruns + xruns();
  status.slips = before.slips + reading.slips;
  status.skipped = before.skipped + reading.skipped;
  status.silent = track_.ring->silent();
  status.error = "";
}

}  // namespace continuo::agent
