// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/ptp/restarts.h"

#include <algorithm>
#include <utility>

namespace continuo::agent {

void Restarts::Began(Nanoseconds t) {
  runs_ = true;
  began_ = t;
}

void Restarts::Ended(Nanoseconds t, std::string how) {
  const bool was_well = runs_ && t - began_ >= kWell;
  if (was_well) ends_ = 0;
  ++ends_;
  pause_ = ends_ == 1 ? kFirstPause : std::min(2 * pause_, kLongestPause);
  due_ = t + pause_;
  runs_ = false;
  how_ = std::move(how);
}

std::string Restarts::Trouble(Nanoseconds t) const {
  if (ends_ == 0 || (runs_ && t - began_ >= kWell)) return {};
  const std::string times = ends_ == 1 ? "" : std::to_string(ends_) + " times in a row, the last ";
  const std::string next =
      runs_ ? "it runs again"
            : "it is begun again after " + std::to_string(pause_ / 1'000'000) + " ms";
  return "ptp4l has ended " + times + how_ + "; " + next;
}

}  // namespace continuo::agent
