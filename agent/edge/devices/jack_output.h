// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/jack_line.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// One output on ports OUTPUT.out_1, OUTPUT.out_2 and so on.
class JackOutput final : public JackLine {
 public:
  /// `margin`, `look_ahead`: see DeviceFeed. `connect`: see JackLine::Ports.
  JackOutput(const DeviceTrack& track, Frames margin, bool look_ahead, const std::string& connect);

  void Report(const plan::DeviceStatus& before, DeviceProgress& progress) override;

 private:
  /// After a period, on JACK's thread.
  struct Reading {
    DeviceFeed::Counts counts;
    Nanoseconds next_at = 0;  ///< when the next period begins, by CLOCK_MONOTONIC
    bool too_long = false;    ///< the period is longer than a feed can serve: silence
  };

  void Process(const Period& period) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override { feed_.LostTime(); }
  void TellLatency(jack_latency_callback_mode_t mode) override;

  const Frames latency_;  // from a sample's date until it leaves the feed
  DeviceFeed feed_;
  Mailbox<Reading> readings_;
};

}  // namespace continuo::agent
