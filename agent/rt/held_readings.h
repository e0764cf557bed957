// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/graph/task_processor.h"

namespace continuo::agent::rt {

/// What a kernel measures, for those who look less often than a kernel remembers: of a maximum, the highest of the last
/// second. Publication, status and a terminal each come four times a second and do not wait for each other, so what
/// lasts a second is seen at least once.
class HeldReadings {
 public:
  /// What a kernel's maxima cover at least; a multiple of every quantum.
  static constexpr Frames kPeriod = FramesOfMs(100);
  static constexpr int kPeriods = 10;

  /// Forgets all. `channels`: of the instance that is followed.
  void Begin(const dsp::KernelDescription& kernel, int channels);
  /// After every quantum that was computed, in order; it ends before sample `end`.
  void Follow(const dsp::TaskProcessor& processor, MediaTime end) CONTINUO_REALTIME;
  /// In the kernel's order, as of the last quantum; empty if it measures nothing.
  void Read(const dsp::TaskProcessor& processor,
            FixedVector<float, dsp::kMaxReadings>& out) const CONTINUO_REALTIME;

 private:
  using Values = std::array<float, dsp::kMaxReadings>;

  std::size_t count_ = 0;
  bool holds_ = false;  // any of them
  std::array<bool, dsp::kMaxReadings> is_maximum_ = {};
  std::array<Values, kPeriods> held_ = {};  // as of the ends of the last periods, in turns
  std::size_t next_ = 0;
};

}  // namespace continuo::agent::rt
