// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "dsp/base/units.h"

namespace continuo::agent {

/// When a program that ends is begun again, and what an operator is told of it. Pure; times are of any monotonic clock.
class Restarts {
 public:
  /// The first pause; each that follows is twice as long, up to the longest.
  static constexpr Nanoseconds kFirstPause = 500'000'000;
  static constexpr Nanoseconds kLongestPause = 30'000'000'000;
  /// Whoever has run for so long is well: pauses begin anew, and nothing is told of it any more.
  static constexpr Nanoseconds kWell = 10'000'000'000;

  void Began(Nanoseconds t);
  /// `how`: "with exit code 1", "by signal 9".
  void Ended(Nanoseconds t, std::string how);
  /// It does not run, and its pause is over.
  bool IsDue(Nanoseconds t) const { return !runs_ && t >= due_; }
  /// A sentence as long as there is something to tell, else empty.
  std::string Trouble(Nanoseconds t) const;

 private:
  bool runs_ = false;
  Nanoseconds began_ = 0, due_ = 0;
  Nanoseconds pause_ = 0;
  int ends_ = 0;  // in a row
  std::string how_;
};

}  // namespace continuo::agent
