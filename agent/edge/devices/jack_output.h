// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_feed.h"
#include "agent/edge/devices/jack_client.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// One output on ports out_1, out_2 and so on.
class JackOutput final : public JackClient {
 public:
  struct Wish {
    JackClient::Wish client;
    Frames margin = 0;  ///< see DeviceFeed
    bool look_ahead = true;
    DeviceTrack track;
  };
  /// Plays at once. nullptr, and a sentence with what to do in `error`.
  static std::unique_ptr<JackOutput> Open(const JackLibrary& jack, const Wish& wish,
                                          std::string& error);
  ~JackOutput() override { Leave(); }

  void Report(const plan::DeviceStatus& before, DeviceProgress& progress) override;

 private:
  /// After a period, on JACK's thread.
  struct Reading {
    DeviceFeed::Counts counts;
    Nanoseconds next_at = 0;  ///< when the next period begins, by CLOCK_MONOTONIC
    bool too_long = false;    ///< the period is longer than a feed can serve: silence
  };

  JackOutput(const JackLibrary& jack, const Wish& wish);
  void Process(int frames) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override { feed_.LostTime(); }
  void TellLatency(jack_latency_callback_mode_t mode) override;

  const Wish wish_;
  DeviceFeed feed_;
  Mailbox<Reading> readings_;
};

}  // namespace continuo::agent
