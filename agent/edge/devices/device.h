// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

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

}  // namespace continuo::agent
