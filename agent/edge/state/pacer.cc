// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/state/pacer.h"

namespace continuo::agent {
namespace {

/// A sender that was woken late; 250 kB at 100 Mb/s.
constexpr Nanoseconds kOverslept = 20'000'000;

}  // namespace

Nanoseconds Pacer::Reserve(std::int64_t bytes, Nanoseconds now) {
  const std::lock_guard lock(mutex_);
  const Nanoseconds at = now - free_ > kOverslept ? now : free_;
  free_ = at + bytes * 1'000'000'000 / bytes_per_second_;
  return at;
}

}  // namespace continuo::agent
