// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/input_line.h"

#include <algorithm>
#include <cmath>

namespace continuo::agent {

InputLine::InputLine(const InputTrack& track, const Manner& manner)
    : DeviceLine(track.name, track.ring->channels(), false),
      track_(track),
      unreported_(std::llround(manner.unreported * 1e9 / kSampleRate)),
      dates_(track.media, track.quantum, manner.limit) {
  if (manner.follows) follows_ = std::make_unique<FollowCapture>(track.ring);
}

void InputLine::Process(std::span<float* const> channels, const Period& period) {
  const Nanoseconds sounded = period.handed_out - unreported_;
  if (follows_ != nullptr && period.frames > FollowCapture::kMaxPeriod) {
    after_.Draft().running = false;
  } else if (follows_ != nullptr) {
    follows_->Push({channels.data(), channels.size()}, period.frames,
                   MomentAt(track_.media, sounded));
    const FollowCapture::Counts& counts = follows_->counts();
    after_.Draft() = {counts.slips, counts.skipped, FollowCapture::late(), true};
  } else {
    const MediaTime n = dates_.Next(sounded, period.frames);
    skipped_ += track_.ring->Write(n, channels.data(), period.frames);
    after_.Draft() = {dates_.slips(), skipped_, dates_.ahead(), true};
  }
  after_.Publish();
}

void InputLine::LostTime() {
  if (follows_ != nullptr) return follows_->LostTime();
  dates_.LostTime();
}

void InputLine::Report(const plan::DeviceStatus& before, const Reading& reading,
                       DeviceProgress& progress) {
  const After& after = after_.Read();
  plan::DeviceStatus& status = progress.status;
  status.running = after.running;
  status.latency = after.running ? std::max<Frames>(0, reading.latency + after.ahead) : 0;
  status.xruns = before.xruns + reading.xruns;
  status.slips = before.slips + after.slips;
  status.skipped = before.skipped + after.skipped;
  status.silent = track_.ring->silent();
  status.error = "";
}

}  // namespace continuo::agent
