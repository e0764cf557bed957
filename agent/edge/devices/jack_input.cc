// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_input.h"

#include <algorithm>

namespace continuo::agent {

JackInput::JackInput(const JackLibrary& jack, const Wish& wish)
    : JackClient(jack, wish.client, {"in_", JackPortIsInput, wish.track.ring->channels()}),
      track_(wish.track),
      bell_(*wish.bell),
      dates_(wish.track.media, wish.track.quantum, wish.limit) {}

std::unique_ptr<JackInput> JackInput::Open(const JackLibrary& jack, const Wish& wish,
                                           std::string& error) {
  std::unique_ptr<JackInput> input(new JackInput(jack, wish));
  error = input->Start();
  return error.empty() ? std::move(input) : nullptr;
}

void JackInput::Process(int frames) {
  const MediaTime n = dates_.Next(handed_out(), frames);
  skipped_ += track_.ring->Write(n, buffers().data(), frames);
  bell_.Ring();
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
