// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/device_line.h"
#include "agent/edge/devices/follow_feed.h"
#include "dsp/base/spsc.h"
#include "proto/plan/prompt.h"

namespace continuo::agent {

/// One output on a device.
class OutputLine final : public DeviceLine {
 public:
  struct Manner {
    Frames margin = 0;      ///< see DeviceFeed
    bool prompt = false;    ///< likewise
    bool follows = false;   ///< a FollowFeed plays; else a DeviceFeed
    Frames unreported = 0;  ///< of the device: see DeviceManner
    /// Samples come into the ring as soon as they are there, and not only when the playout is over.
    bool TakesEarly(const DeviceTrack& track) const {
      return prompt && !follows && plan::IsPrompt(track.playout);
    }
    /// Samples from when one comes into the ring until it leaves the feed, but for the period.
    Frames Held() const {
      return margin + (prompt ? 0 : OutputGuard::kDelay) + (follows ? RateConverter::kAhead : 0);
    }
    /// Likewise, from its date on.
    Frames Behind(const DeviceTrack& track) const {
      return (TakesEarly(track) ? 0 : track.playout) + track.quantum + Held();
    }
  };
  OutputLine(const DeviceTrack& track, const Manner& manner);

  Frames behind() const override { return latency_; }
  void Process(std::span<float* const> channels, const Period& period) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override;
  void Report(const plan::DeviceStatus& before, const Reading& reading,
              DeviceProgress& progress) override;

 private:
  /// After a period, on the device's thread.
  struct After {
    DeviceFeed::Counts counts;
    Nanoseconds next_at = 0;  ///< when the next period begins, by the cluster's clock
    bool too_long = false;    ///< the period is longer than a feed can serve: silence
  };

  const Frames latency_;  // from a sample's date until it leaves the feed
  const Frames unreported_;
  const plan::MediaTimeMap media_;
  std::unique_ptr<DeviceFeed> slips_;  // one of the two
  std::unique_ptr<FollowFeed> follows_;
  Mailbox<After> after_;
};

}  // namespace continuo::agent
