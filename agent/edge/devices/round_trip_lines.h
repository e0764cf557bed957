// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/edge/devices/device_line.h"
#include "agent/edge/devices/round_trip.h"
#include "agent/edge/devices/round_trip_run.h"

namespace continuo::agent {

/// One direction of a device while its round trip is measured: the last of its channels, numbered from 1.
class RoundTripLine : public DeviceLine {
 public:
  /// All of the signal has passed. Any thread.
  bool done() const { return done_.load(std::memory_order_acquire); }
  /// When it has left the device. Without the device's latency.
  std::span<const DeviceStamp> stamps() const { return stamps_; }
  void LostTime() CONTINUO_REALTIME override {}
  void Report(const plan::DeviceStatus&, const Reading&, DeviceProgress&) override {}

 protected:
  static constexpr std::size_t kPeriods =
      RoundTripSignal::kLength / 16 + 1;  // shorter ones are none

  RoundTripLine(std::string name, int channel, bool plays)
      : DeviceLine(std::move(name), channel, plays) {
    stamps_.reserve(kPeriods);
  }
  bool Stamp(const DeviceStamp& stamp) CONTINUO_REALTIME {
    if (stamps_.size() == stamps_.capacity()) return false;
    stamps_.push_back(stamp);
    return true;
  }
  void Finish() CONTINUO_REALTIME { done_.store(true, std::memory_order_release); }

 private:
  std::vector<DeviceStamp> stamps_;
  std::atomic<bool> done_{false};
};

/// Plays the signal on one channel of a device, and nothing on those before it.
class RoundTripOutput final : public RoundTripLine {
 public:
  /// `signal` outlives this.
  RoundTripOutput(const RoundTripSignal& signal, int channel)
      : RoundTripLine(kRoundTripOut, channel, true), signal_(signal) {}

  void Process(std::span<float* const> channels, const Period& period) CONTINUO_REALTIME override {
    for (float* const channel : channels) std::fill_n(channel, period.frames, 0.0f);
    if (next_ >= RoundTripSignal::kLength || !Stamp({next_, period.handed_out})) return Finish();
    for (int i = 0; i < period.frames; ++i) channels.back()[i] = signal_.At(next_ + i);
    next_ += period.frames;
  }

 private:
  const RoundTripSignal& signal_;
  Frames next_ = 0;
};

/// Hears as long as the signal plays, and a little longer.
class RoundTripInput final : public RoundTripLine {
 public:
  explicit RoundTripInput(int channel) : RoundTripLine(kRoundTripIn, channel, false) {
    heard_.reserve(kFrames);
  }

  void Process(std::span<float* const> channels, const Period& period) CONTINUO_REALTIME override {
    const auto frames = static_cast<std::size_t>(period.frames);
    if (heard_.size() + frames > kFrames) return Finish();
    const float* const from = channels.back();
    heard_.insert(heard_.end(), from, from + frames);
    // What is handed out then has sounded to its end.
    if (!Stamp({static_cast<Frames>(heard_.size()), period.handed_out})) Finish();
  }
  std::span<const float> heard() const { return heard_; }

 private:
  static constexpr std::size_t kFrames = RoundTripSignal::kLength + FramesOfMs(500);

  std::vector<float> heard_;
};

}  // namespace continuo::agent
