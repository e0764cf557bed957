// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "agent/handoff/live_ring.h"
#include "dsp/base/units.h"
#include "proto/plan/media_time.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {

/// A cluster's audio thread: takes a quantum when it is there, or when it can wait no longer.
class Taking {
 public:
  static constexpr int kQuantum = 64;
  static constexpr MediaTime kFirst = kQuantum * 100'000;

  Taking(std::shared_ptr<handoff::LiveRing> ring, const plan::MediaTimeMap& media)
      : ring_(std::move(ring)), media_(media), thread_([this] { Run(); }) {}
  ~Taking() { Finish(); }
  void Finish() {
    ending_ = true;
    if (thread_.joinable()) thread_.join();
  }
  const std::vector<float>& taken() const { return taken_; }

 private:
  static constexpr Frames kWait = FramesOfMs(40);

  void Run() {
    float left[kQuantum], right[kQuantum];
    float* const channels[] = {left, right};
    for (MediaTime n = kFirst; !ending_; n += kQuantum) {
      while (ring_->end() < n + kQuantum && Now() < n + kQuantum + kWait) {
        clock_.SleepUntil(clock_.Now() + 500'000);
      }
      ring_->Take(n, kQuantum, channels);
      for (int i = 0; i < kQuantum; ++i) {
        taken_.push_back(left[i]);
        taken_.push_back(right[i]);
      }
    }
  }
  MediaTime Now() const { return plan::MediaTimeAt(media_, clock_.Now()); }

  transport::MachineClock clock_;
  const std::shared_ptr<handoff::LiveRing> ring_;
  const plan::MediaTimeMap media_;
  std::vector<float> taken_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
