// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "agent/edge/devices/capture_dates.h"
#include "agent/edge/devices/device.h"
#include "agent/edge/devices/device_line.h"
#include "agent/edge/devices/follow_capture.h"
#include "dsp/base/spsc.h"

namespace continuo::agent {

/// What one task hears of a device.
class InputLine final : public DeviceLine {
 public:
  struct Manner {
    Frames limit = 0;      ///< see CaptureDates
    bool follows = false;  ///< it is resampled (FollowCapture)
    /// Samples by which it sounded earlier than the device tells: DeviceManner::unreported_in
    double unreported = 0;
  };
  InputLine(const InputTrack& track, const Manner& manner);

  void Process(std::span<float* const> channels, const Period& period) CONTINUO_REALTIME override;
  void LostTime() CONTINUO_REALTIME override;
  void Report(const plan::DeviceStatus& before, const Reading& reading,
              DeviceProgress& progress) override;

 private:
  /// After a period, on the device's thread.
  struct After {
    std::uint64_t slips = 0;
    Frames skipped = 0;
    Frames ahead = 0;  ///< how much later than it sounded a sample is dated
    bool running = false;
  };

  const InputTrack track_;
  const Nanoseconds unreported_;
  CaptureDates dates_;                      // where it is not resampled
  std::unique_ptr<FollowCapture> follows_;  // where it is
  Frames skipped_ = 0;
  Mailbox<After> after_;
};

}  // namespace continuo::agent
