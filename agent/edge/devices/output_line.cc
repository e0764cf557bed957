// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/output_line.h"

#include <algorithm>

namespace continuo::agent {

OutputLine::OutputLine(const DeviceTrack& track, const Manner& manner)
    : DeviceLine(track.name, track.ring->channels(), true),
      latency_(manner.Behind(track)),
      unreported_(manner.unreported),
      media_(track.media) {
  if (manner.follows) {
    follows_ = std::make_unique<FollowFeed>(
        track.ring, track.playout + track.quantum + manner.margin, !manner.prompt);
  } else {
    slips_ = std::make_unique<DeviceFeed>(track.ring, manner.margin, manner.prompt);
  }
}

void OutputLine::Process(std::span<float* const> channels, const Period& period) {
  After& after = after_.Draft();
  after.too_long = period.frames > DeviceFeed::kMaxPeriod;
  if (after.too_long) {
    for (float* const channel : channels) std::fill_n(channel, period.frames, 0.0f);
  } else if (follows_ != nullptr) {
    follows_->Pull(channels, period.frames, MomentAt(media_, period.handed_out));
  } else {
    slips_->Pull(channels, period.frames);
  }
  after.counts = follows_ != nullptr ? follows_->counts() : slips_->counts();
  after.next_at = period.next_at;
  after_.Publish();
}

void OutputLine::LostTime() {
  if (follows_ != nullptr) return follows_->LostTime();
  slips_->LostTime();
}

void OutputLine::Report(const plan::DeviceStatus& before, const Reading& reading,
                        DeviceProgress& progress) {
  const After& after = after_.Read();
  const DeviceFeed::Counts& counts = after.counts;
  plan::DeviceStatus& status = progress.status;
  status.running = after.next_at != 0 && !after.too_long;
  status.latency = reading.latency + unreported_;
  status.xruns = before.xruns + reading.xruns;
  status.starved = before.starved + counts.starved;
  status.slips = before.slips + counts.slips;
  status.skipped = before.skipped + counts.skipped;
  status.repeated = before.repeated + counts.repeated;
  status.guarding = counts.guarding;
  status.refused = before.refused + counts.guard.refused;
  status.over = before.over + counts.guard.over;
  status.dc = before.dc + counts.guard.dc;
  status.error = after.too_long ? "its period is longer than " +
                                      std::to_string(DeviceFeed::kMaxPeriod) + " samples"
                                : "";
  progress.next_n = counts.playing ? counts.next_n : handoff::DeviceRing::kNotStarted;
  progress.next_at = after.next_at;
}

}  // namespace continuo::agent
