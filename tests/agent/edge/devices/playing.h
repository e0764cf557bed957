// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "agent/handoff/device_ring.h"
#include "dsp/base/units.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {

/// A cluster's audio thread: plays noise, a quantum each millisecond, from media time kFirst on.
class Playing {
 public:
  static constexpr int kQuantum = 48;
  static constexpr MediaTime kFirst = 1'000'000;

  explicit Playing(std::shared_ptr<handoff::DeviceRing> ring) : ring_(std::move(ring)) {}
  ~Playing() { Finish(); }

  void Begin() {
    begun_ = clock_.Now();
    ring_->StartAt(kFirst);
    thread_ = std::thread([this] { Run(); });
  }
  /// What stands between what is computed and the device from now on.
  void Spoil(float with) { spoil_ = with; }
  void Finish() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
  }
  const std::vector<float>& take() const { return take_; }
  Nanoseconds TimeOf(MediaTime n) const {
    return begun_ + (n - kFirst) * 1'000'000'000 / kSampleRate;
  }

 private:
  void Run() {
    std::vector<float> block(2 * kQuantum);
    for (std::size_t i = 0; !ending_; ++i) {
      for (float& x : block) {
        state_ = state_ * 1664525u + 1013904223u;
        x = static_cast<float>(state_ >> 8) / 9'000'000.0f - 0.932067f;
      }
      take_.insert(take_.end(), block.begin(), block.end());
      if (spoil_ != 0.0f) block[7] = spoil_;
      clock_.SleepUntil(TimeOf(kFirst + static_cast<MediaTime>(i + 1) * kQuantum));
      ring_->Write(block);
    }
    ring_->Finish();
  }

  transport::MachineClock clock_;
  const std::shared_ptr<handoff::DeviceRing> ring_;
  std::vector<float> take_;
  std::uint32_t state_ = 7;
  Nanoseconds begun_ = 0;
  std::atomic<float> spoil_{0.0f};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
