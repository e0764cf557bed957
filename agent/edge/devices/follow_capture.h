// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agent/edge/devices/device_time.h"
#include "agent/edge/devices/rate_converter.h"
#include "agent/handoff/live_ring.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// What one task hears of a device whose crystal is not the cluster's clock: resampled, so that each sample is dated
/// with the media time at which it sounded, and late() samples more, for ever. The counterpart of FollowFeed:
/// DeviceTime says when periods end, and the step of the resampler is what leads from where it is to where the newest
/// sample that can be had lies. Where the device has lost time it goes on at the right date: what is missing is silence
/// in the ring, what would come twice is left out.
class FollowCapture {
 public:
  static constexpr int kMaxPeriod = 4096;  ///< samples
  /// As FollowFeed's.
  static constexpr double kNear = DeviceTime::kMoved, kBend = 0.002;

  struct Counts {
    std::uint64_t slips = 0;
    Frames skipped = 0;  ///< samples that were dated before what was there already
    bool running = false;
  };

  /// Not real time.
  explicit FollowCapture(std::shared_ptr<handoff::LiveRing> ring);

  /// A period, which ends about `over`: one span for each channel of the ring, 1 to kMaxPeriod samples.
  void Push(std::span<const float* const> in, int frames,
            const MediaMoment& over) CONTINUO_REALTIME;
  /// The device has lost time (an xrun). Any thread.
  void LostTime() CONTINUO_REALTIME { time_.LostTime(); }
  /// On the thread that calls Push.
  const Counts& counts() const { return counts_; }
  /// How much later than it sounded a sample is dated: what the resampler needs of what comes after it, so that the
  /// dates of a period are over when it is handed out, as they are where nothing is resampled.
  static constexpr Frames late() { return RateConverter::kAhead + 2; }
  /// Samples of media time in one of the device.
  double rate() const { return time_.rate(); }

 private:
  void Keep(std::span<const float* const> in, int frames) CONTINUO_REALTIME;
  void Begin(double from, double per_frame) CONTINUO_REALTIME;
  int Produce(int frames, double step) CONTINUO_REALTIME;
  void Give(int frames) CONTINUO_REALTIME;

  const std::shared_ptr<handoff::LiveRing> ring_;
  const std::size_t channels_;
  DeviceTime time_;
  RateConverter converter_;
  Counts counts_;
  MediaTime origin_ = 0;         // of from_
  double from_ = 0;              // when the next period begins
  MediaTime next_ = 0;           // date of what comes out next, but for late()
  double position_ = 0;          // of it, in samples of the device from the begin of this period on
  std::vector<float> held_;      // interleaved: what the resampler has not taken yet
  std::size_t held_end_ = 0;     // frames in it
  std::vector<float> made_;      // interleaved
  std::vector<float> split_;     // channel by channel
  std::vector<float*> channel_;  // of it
};

}  // namespace continuo::agent
