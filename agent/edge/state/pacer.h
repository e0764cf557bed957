// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>

#include "dsp/base/units.h"

namespace continuo::agent {

/// Shares a rate among all who send, so that states never crowd out the sound that uses the same wire. Any thread.
class Pacer {
 public:
  /// `bytes_per_second` above 0.
  explicit Pacer(std::int64_t bytes_per_second) : bytes_per_second_(bytes_per_second) {}

  /// When so many bytes may leave, by the clock that `now` is of. What a sender has overslept is made up for; after a
  /// pause that was longer nothing is.
  Nanoseconds Reserve(std::int64_t bytes, Nanoseconds now);

 private:
  const std::int64_t bytes_per_second_;
  std::mutex mutex_;
  Nanoseconds free_ = 0;
};

}  // namespace continuo::agent
