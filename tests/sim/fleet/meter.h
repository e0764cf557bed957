// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <vector>

#include "dsp/base/units.h"

namespace continuo::sim {

/// CPU time of this thread: others may use the machine, too.
inline Nanoseconds CpuNow() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return Nanoseconds{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Durations, and what is told of them.
class Durations {
 public:
  void Add(Nanoseconds one) { all_.push_back(one); }
  std::size_t count() const { return all_.size(); }
  Nanoseconds sum() const {
    Nanoseconds sum = 0;
    for (const Nanoseconds one : all_) sum += one;
    return sum;
  }
  Nanoseconds most() const { return all_.empty() ? 0 : *std::ranges::max_element(all_); }
  Nanoseconds median() const {
    if (all_.empty()) return 0;
    std::vector<Nanoseconds> sorted = all_;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }

 private:
  std::vector<Nanoseconds> all_;
};

/// CPU that one kind of input cost.
struct Spent {
  Nanoseconds cpu = 0;
  std::uint64_t inputs = 0;
};

}  // namespace continuo::sim
