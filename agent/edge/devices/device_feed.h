// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/edge/devices/output_guard.h"
#include "agent/handoff/device_ring.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// What one output plays, cut into the periods of one device, on the device's own thread.
///
/// The cluster's clock and the device's are two. Nothing is resampled: every sample that a device gets is one of the
/// take, in its order, until the two clocks have drifted apart. Then the feed *slips*: it goes on a little later in the
/// music (or a little earlier, where the device is the faster one), with a crossfade of 64 samples, and counts it.
/// `margin` is what is kept between them: the least that has been in hand within a second is held between a quarter of
/// it and one and a half (and a period, by which blocks of different length beat against each other).
/// With crystals that are 20 ppm apart and a margin of 4 ms that is a slip of 3 ms every two and a half minutes.
///
/// Where the cluster's audio thread was late the feed *starves*: it fades from the last sample it has, and goes on with
/// the very next one when there is a margin again. No beginning and no end is a step: what begins with a loud sample
/// is faded in.
///
/// A *prompt* feed, which has next to nothing in hand, keeps its place instead: what is late for its period is left
/// out, and what comes after it is heard no later than before. It holds no more than the margin and a period for longer
/// than a second. Where too many periods of a second left less than a quarter of the margin in hand (of a margin of 0:
/// had nothing to play) it falls back to the margin, by a period at least; where several in a row had nothing it begins
/// anew.
class DeviceFeed {
 public:
  static constexpr int kMaxPeriod = 4096;  ///< samples
  static constexpr int kFade = 64;         ///< samples
  /// A first sample that is not louder is no step to anybody's ear: -60 dBFS.
  static constexpr float kStep = 0.001f;
  static constexpr Frames kWindow = kSampleRate;
  /// Of so many periods of a window one may be scarce before a prompt feed falls back.
  static constexpr Frames kSeldom = 32;
  /// So many periods in a row, and it begins anew.
  static constexpr int kPatience = 8;
  /// For so long after an xrun four periods are a window: a server may tell of it before it comes late.
  static constexpr Frames kAfterXrun = FramesOfMs(200);

  struct Counts {
    MediaTime next_n =
        handoff::DeviceRing::kNotStarted;  ///< sample that leaves first in the next period
    std::uint64_t starved = 0;             ///< times that the cluster had nothing for the device
    std::uint64_t slips = 0;
    Frames skipped = 0, repeated = 0;  ///< samples of the take that were left out, or played twice
    OutputGuard::Counts guard;
    bool guarding = false;  ///< the guard changes what passes, at present
    bool playing = false;
  };

  /// Not real time. `margin` in samples: two quanta of the show and more where that comes as it may; less only where it
  /// comes as evenly as the device takes it. `prompt`: as above, and the guard does not look ahead.
  DeviceFeed(std::shared_ptr<const handoff::DeviceRing> ring, Frames margin, bool prompt = false);

  /// The next period, one span for each channel of the ring: 1 to kMaxPeriod samples.
  void Pull(std::span<float* const> out, int frames) CONTINUO_REALTIME;
  /// The device has lost time (an xrun): what is in hand is looked at in the next period and not only when the second
  /// is over, so that the music is back in its place at once. Any thread.
  void LostTime() CONTINUO_REALTIME { lost_time_.store(true, std::memory_order_relaxed); }
  /// On the thread that calls Pull.
  const Counts& counts() const { return counts_; }

 private:
  void Fill(std::span<float* const> out, int frames) CONTINUO_REALTIME;
  bool Begin(int frames, bool finished, MediaTime end) CONTINUO_REALTIME;
  void Starve(std::span<float* const> out, int frames, bool finished,
              MediaTime end) CONTINUO_REALTIME;
  void Watch(int frames, Frames in_hand) CONTINUO_REALTIME;
  bool Slip(std::span<float* const> out, int frames) CONTINUO_REALTIME;
  static void FadeIn(std::span<float* const> out, int frames) CONTINUO_REALTIME;
  void AddTail(std::span<float* const> out, int frames) CONTINUO_REALTIME;
  void FadeOut(std::span<float* const> out, int from, int frames) CONTINUO_REALTIME;
  void Keep(std::span<float* const> out, int at) CONTINUO_REALTIME;

  const std::shared_ptr<const handoff::DeviceRing> ring_;
  const Frames margin_;
  const bool prompt_;
  OutputGuard guard_;
  Counts counts_;
  std::atomic<bool> lost_time_{false};
  MediaTime next_ = handoff::DeviceRing::kNotStarted;
  Frames watched_ = 0;         // of this window
  Frames least_ = 0;           // in hand, in it
  Frames scarce_ = 0;          // samples of periods that left too little in hand, in it
  int starving_ = 0;           // periods in a row
  Frames alert_ = 0;           // samples for which windows are short
  Frames slip_ = 0;            // to be done: how much later in the music
  bool fresh_ = false;         // what comes next is a beginning
  std::vector<float> last_;    // of each channel: where a fade would begin
  std::vector<float> fading_;  // where that began which is going on
  int fade_left_ = 0;          // samples of it
  std::vector<float> other_;   // kFade samples of each channel: what a slip leaves
  std::vector<float*> others_;
};

}  // namespace continuo::agent
