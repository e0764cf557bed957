// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/jack_output.h"

#include <algorithm>

#include "agent/edge/devices/jack_client.h"

namespace continuo::agent {

static_assert(JackClient::kMaxPeriod == DeviceFeed::kMaxPeriod);

JackOutput::JackOutput(const DeviceTrack& track, const Manner& manner, const std::string& connect)
    : JackLine({track.name + ".out_", JackPortIsOutput, track.ring->channels(), connect}),
      latency_(manner.Behind(track)),
      media_(track.media) {
  if (manner.follows) {
    follows_ = std::make_unique<FollowFeed>(
        track.ring, track.playout + track.quantum + manner.margin, manner.look_ahead);
  } else {
    slips_ = std::make_unique<DeviceFeed>(track.ring, manner.margin, manner.look_ahead);
  }
}

void JackOutput::Process(const Period& period) {
  Reading& reading = readings_.Draft();
  reading.too_long = period.frames > DeviceFeed::kMaxPeriod;
  if (reading.too_long) {
    for (float* const buffer : buffers()) std::fill_n(buffer, period.frames, 0.0f);
  } else if (follows_ != nullptr) {
    follows_->Pull(buffers(), period.frames, MomentAt(media_, period.handed_out));
  } else {
    slips_->Pull(buffers(), period.frames);
  }
  reading.counts = follows_ != nullptr ? follows_->counts() : slips_->counts();
  reading.next_at = period.next_at;
  readings_.Publish();
}

void JackOutput::LostTime() {
  if (follows_ != nullptr) return follows_->LostTime();
  slips_->LostTime();
}

void JackOutput::Report(const plan::DeviceStatus& before, DeviceProgress& progress) {
  const Reading& reading = readings_.Read();
  const DeviceFeed::Counts& counts = reading.counts;
  plan::DeviceStatus& status = progress.status;
  status.running = reading.next_at != 0 && !reading.too_long;
  status.latency = device_latency();
  status.xruns = before.xruns + xruns();
  status.starved = before.starved + counts.starved;
  status.slips = before.slips + counts.slips;
  status.skipped = before.skipped + counts.skipped;
  status.repeated = before.repeated + counts.repeated;
  status.guarding = counts.guarding;
  status.refused = before.refused + counts.guard.refused;
  status.over = before.over + counts.guard.over;
  status.dc = before.dc + counts.guard.dc;
  status.error = reading.too_long ? "its period is longer than " +
                                        std::to_string(DeviceFeed::kMaxPeriod) + " samples"
                                  : "";
  progress.next_n = counts.playing ? counts.next_n : handoff::DeviceRing::kNotStarted;
  progress.next_at = reading.next_at;
}

// What a sample has behind it when it comes out of a port, as the other clients of the server want to know it.
void JackOutput::TellLatency(jack_latency_callback_mode_t mode) {
  if (mode != JackCaptureLatency) return;
  const auto latency = static_cast<jack_nframes_t>(latency_);
  jack_latency_range_t range{latency, latency + static_cast<jack_nframes_t>(client().period())};
  for (jack_port_t* const port : ports()) {
    client().jack().port_set_latency_range(port, mode, &range);
  }
}

}  // namespace continuo::agent
