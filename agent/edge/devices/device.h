// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "agent/handoff/device_ring.h"
#include "agent/handoff/live_ring.h"
#include "dsp/base/units.h"
#include "proto/plan/link.h"

// What the shell and any device say to each other.

namespace continuo::agent {

/// One output to be played on a device.
struct DeviceTrack {
  std::uint32_t id = 0;  ///< of the output
  std::string name;      ///< of the output
  int quantum = 0;
  Frames playout = 0;        ///< of the plan: how old a sample is when it comes into the ring
  plan::MediaTimeMap media;  ///< of the plan
  std::shared_ptr<const handoff::DeviceRing> ring;
};

/// One task that hears a device.
struct InputTrack {
  std::uint32_t id = 0;  ///< of the task
  std::string name;      ///< of the task
  int quantum = 0;
  plan::MediaTimeMap media;  ///< of the plan
  std::shared_ptr<handoff::LiveRing> ring;
};

/// How it is. The latency of an output in `status` is only what the device itself adds to the time at which a sample is
/// given to it.
struct DeviceProgress {
  std::uint32_t id = 0;
  bool input = false;  ///< the id is that of a task; else of an output
  plan::DeviceStatus status;
  MediaTime next_n = handoff::DeviceRing::kNotStarted;  ///< this sample
  Nanoseconds next_at = 0;  ///< is given to the device at that time of the cluster's clock
};

/// How outputs and inputs go with a device's own clock, whichever device it is.
struct DeviceManner {
  /// See DeviceFeed; likewise how far dates of an input may drift where it is not resampled.
  Frames margin = FramesOfMs(4);
  /// Every millisecond counts: no look-ahead in the guard, a margin of less than two quanta is taken as it is, and in
  /// prompt shows it is the margin and not the playout that is between a sample's coming and its leaving.
  bool prompt = false;
  /// Samples that the device takes longer than it tells: from when a sample of an output is given to it until it is
  /// heard, and from when something sounds until it is handed out. Measured by MeasureRoundTrip, and added to the
  /// latency of outputs; inputs are dated so much earlier.
  double unreported_out = 0, unreported_in = 0;
  /// Outputs are resampled, so that each sample is heard at its media time: FollowFeed. Else it is DeviceFeed. Inputs
  /// likewise: FollowCapture, else CaptureDates.
  bool follow = false;

  bool TakesEarly() const { return prompt && !follow; }
};

/// Plays outputs, and hears for live tasks, on a thread of its own. A device that is not there, or goes and comes back,
/// is tried every second: the sound of the cluster, and recordings, go on without it.
class SoundDevice {
 public:
  virtual ~SoundDevice() = default;
  virtual void Add(const DeviceTrack& track) = 0;
  virtual void Add(const InputTrack& track) = 0;
  /// Nothing more will come into that ring: it is not played any more.
  virtual void End(const std::shared_ptr<const handoff::DeviceRing>& ring) = 0;
  /// Nobody takes anything out of that ring any more: likewise.
  virtual void End(const std::shared_ptr<handoff::LiveRing>& ring) = 0;
  virtual std::vector<DeviceProgress> AllProgress() const = 0;
};

}  // namespace continuo::agent
