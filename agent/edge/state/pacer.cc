// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/state/pacer.h"

#include <algorithm>

namespace continuo::agent {

Nanoseconds Pacer::Reserve(std::int64_t bytes, Nanoseconds now) {
  const std::lock_guard lock(mutex_);
  const Nanoseconds at = std::max(free_, now);
  free_ = at + bytes * 1'000'000'000 / bytes_per_second_;
  return at;
}

}  // namespace continuo::agent
