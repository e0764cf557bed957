// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/device_time.h"
#include "agent/edge/devices/output_guard.h"
#include "agent/edge/devices/rate_converter.h"
#include "agent/handoff/device_ring.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// What one output plays, for a device whose crystal is not the cluster's clock: resampled, so that each sample leaves
/// at its media time and `behind()`, for ever, and on all machines that share the clock. What goes into the resampler
/// is the take, bit for bit (Tap).
///
/// DeviceTime says when periods begin; the step of the resampler is what leads from where it is to where the next
/// period has to begin. Nothing else is controlled: how full a ring is says nothing here. Where the device has lost
/// time it *slips* to its place, with a crossfade of 64 samples. Where the cluster's audio thread was late it
/// *starves*: a fade, and it goes on in its place as soon as there is something for it; what was to be heard meanwhile
/// is left out (`skipped`).
class FollowFeed {
 public:
  static constexpr int kFade = DeviceFeed::kFade;
  static constexpr int kMaxPeriod = DeviceFeed::kMaxPeriod;
  /// How far from its place it is drawn back by a step of at most kBend more or less (samples); else it slips.
  static constexpr double kNear = DeviceTime::kMoved, kBend = 0.002;

  /// What goes into the resampler, interleaved, from sample n on; a sample may come twice where it slips.
  class Tap {
   public:
    virtual ~Tap() = default;
    virtual void Feed(MediaTime n, std::span<const float> interleaved) CONTINUO_REALTIME = 0;
  };

  /// Not real time. `behind` in samples: from the date of a sample until it is in the ring at the latest, and what is
  /// kept in hand; what the period, the resampler and the guard need comes on top of it. `tap` outlives this, or is
  /// nullptr.
  FollowFeed(std::shared_ptr<const handoff::DeviceRing> ring, Frames behind, bool look_ahead = true,
             Tap* tap = nullptr);

  /// The next period, which begins about `now`: one span for each channel of the ring, 1 to kMaxPeriod samples.
  void Pull(std::span<float* const> out, int frames, const MediaMoment& now) CONTINUO_REALTIME;
  /// The device has lost time (an xrun). Any thread.
  void LostTime() CONTINUO_REALTIME { time_.LostTime(); }
  /// On the thread that calls Pull.
  const DeviceFeed::Counts& counts() const { return counts_; }
  /// Samples from the date of a sample until the period of `frames` has begun that it leaves with, its place in it
  /// included.
  Frames behind(int frames) const { return behind_ + frames + guard_.delay(); }
  /// Samples of media time in one of the device.
  double rate() const { return time_.rate(); }

 private:
  static constexpr int kChunk = 256;           // frames that go into the resampler at once
  static constexpr int kBefore = 48;           // heard before what is wanted, to fill its filter
  static constexpr double kLeast = 1 / 256.0;  // step of it

  bool Begin(double from) CONTINUO_REALTIME;
  bool Slip(double from, double to, int frames) CONTINUO_REALTIME;
  int Produce(int frames, double step) CONTINUO_REALTIME;
  bool Fetch(MediaTime n, int frames) CONTINUO_REALTIME;
  void Fill(std::span<float* const> out, int frames,
            const DeviceTime::Span& span) CONTINUO_REALTIME;
  void Give(std::span<float* const> out, int made, int frames) CONTINUO_REALTIME;
  void FadeIn(int frames) CONTINUO_REALTIME;

  const std::shared_ptr<const handoff::DeviceRing> ring_;
  const Frames behind_;
  const std::size_t channels_;
  Tap* const tap_;
  OutputGuard guard_;
  DeviceTime time_;
  RateConverter converter_;
  DeviceFeed::Counts counts_;
  MediaTime origin_ = 0;                               // of position_
  double position_ = 0;                                // of what comes out next
  MediaTime fed_ = 0;                                  // what goes in next
  MediaTime left_ = handoff::DeviceRing::kNotStarted;  // where it stopped to play
  std::vector<float> split_;                           // kChunk frames, channel by channel
  std::vector<float*> channel_;                        // of it
  std::vector<float> in_, made_;                       // interleaved
  std::vector<float> other_;                           // kFade frames that a slip leaves
  std::vector<float> last_;                            // of each channel: where a fade begins
  int fade_left_ = 0;                                  // samples
};

}  // namespace continuo::agent
