// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "dsp/base/units.h"
#include "proto/plan/link.h"

namespace continuo::agent {

/// Which of the growing counts of a device the operator is told, and when: the first at once, what follows in one
/// sentence every ten seconds, so that a broken stream or a bad night of a server does not hide all else. Pure.
class DeviceNotes {
 public:
  static constexpr Nanoseconds kPause = 10'000'000'000;

  explicit DeviceNotes(std::string output) : output_(std::move(output)) {}
  /// What is due, of the status at that time (of any one clock that does not step).
  std::vector<plan::Incident> Due(const plan::DeviceStatus& status, Nanoseconds now);

 private:
  const std::string output_;
  plan::DeviceStatus uneven_told_, guard_told_;  // as it was then
  Nanoseconds next_uneven_ = 0, next_guard_ = 0;
};

}  // namespace continuo::agent
