// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "agent/edge/devices/capture_dates.h"
#include "agent/edge/devices/device.h"
#include "agent/edge/devices/jack_line.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// What one task hears, on ports TASK.in_1, TASK.in_2 and so on.
class JackInput final : public JackLine {
 public:
  /// `limit`: see CaptureDates. `connect`: see JackLine::Ports.
  JackInput(const InputTrack& track, Frames limit, const std::string& connect);

  void Report(const plan::DeviceStatus& before, DeviceProgress& progress) override;

 private:
  /// After a period, on JACK's thread.
  struct Reading {
    std::uint64_t slips = 0;
    Frames skipped = 0;
    Frames ahead = 0;
    bool running = false;
  };

  void Process(const Period& period) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override { dates_.LostTime(); }

  const InputTrack track_;
  CaptureDates dates_;
  Frames skipped_ = 0;
  Mailbox<Reading> readings_;
};

}  // namespace continuo::agent
