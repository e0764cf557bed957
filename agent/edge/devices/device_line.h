// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>

#include "agent/edge/devices/device.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent {

/// What one output or one live task does in the periods of a device, whichever device that is.
class DeviceLine {
 public:
  /// One that the device processes.
  struct Period {
    int frames = 0;
    /// When it begins to be played, or was heard to its end, by the cluster's clock and but for a time that stays the
    /// same (Reading::latency). Of a JACK server: when it was handed to the client, which is never too early, and late
    /// now and then; JACK's own estimate is smoother, and off by milliseconds for a second after an xrun.
    Nanoseconds handed_out = 0;
    Nanoseconds next_at =
        0;  ///< when the next one begins, as the device expects it, by the same clock
  };
  /// What a device knows of a line that is on it.
  struct Reading {
    /// Samples from `handed_out` until the first one is heard, or from when the last one sounded until then. 0: not
    /// known.
    Frames latency = 0;
    std::uint64_t xruns = 0;  ///< since the line has joined
  };

  virtual ~DeviceLine() = default;
  DeviceLine(const DeviceLine&) = delete;
  DeviceLine& operator=(const DeviceLine&) = delete;

  const std::string& name() const { return name_; }
  int channels() const { return channels_; }
  /// Else it hears.
  bool plays() const { return plays_; }
  /// What a sample has behind it when it leaves the line with the first sample of a period, from its date on.
  virtual Frames behind() const { return 0; }

  /// On the device's threads, from when it has joined until it has left. One span of period.frames samples for each
  /// channel: to be filled, or what was heard.
  virtual void Process(std::span<float* const> channels,
                       const Period& period) CONTINUO_REALTIME = 0;
  /// An xrun. Any thread.
  virtual void LostTime() CONTINUO_REALTIME = 0;
  /// How it is; not real time. `before`: the counts of earlier lines in its place.
  virtual void Report(const plan::DeviceStatus& before, const Reading& reading,
                      DeviceProgress& progress) = 0;

 protected:
  DeviceLine(std::string name, int channels, bool plays)
      : name_(std::move(name)), channels_(channels), plays_(plays) {}

 private:
  const std::string name_;
  const int channels_;
  const bool plays_;
};

}  // namespace continuo::agent
