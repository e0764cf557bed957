// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/fixed.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {

/// One memory in spans for the parts of a board, which come and go. The first gap that is large enough is taken;
/// nothing is ever moved. Spans are aligned to 16 bytes if the memory is.
class Partition {
 public:
  explicit Partition(std::span<std::uint8_t> memory) : memory_(memory) {}

  /// Empty: no gap is large enough, or all are given out. `bytes` > 0.
  std::span<std::uint8_t> Take(std::size_t bytes) {
    const std::size_t size = (bytes + 15) & ~std::size_t{15};
    for (std::size_t i = 0; i <= taken_.size() && !taken_.full(); ++i) {
      const std::span<std::uint8_t> gap = GapBefore(i);
      if (gap.size() < size) continue;
      taken_.insert(i, gap.first(size));
      return gap.first(size);
    }
    return {};
  }
  /// What Take gave.
  void Return(std::span<std::uint8_t> span) {
    const auto is = [span](std::span<std::uint8_t> one) { return one.data() == span.data(); };
    const auto at = std::find_if(taken_.begin(), taken_.end(), is);
    if (at != taken_.end()) taken_.erase(static_cast<std::size_t>(at - taken_.begin()));
  }
  /// It is nobody's until the next Take.
  std::span<std::uint8_t> LargestGap() const {
    std::span<std::uint8_t> largest;
    for (std::size_t i = 0; i <= taken_.size(); ++i) {
      if (GapBefore(i).size() > largest.size()) largest = GapBefore(i);
    }
    return largest;
  }

 private:
  std::span<std::uint8_t> GapBefore(std::size_t i) const {
    std::uint8_t* const begin =
        i == 0 ? memory_.data() : taken_[i - 1].data() + taken_[i - 1].size();
    std::uint8_t* const end =
        i == taken_.size() ? memory_.data() + memory_.size() : taken_[i].data();
    return {begin, end};
  }

  std::span<std::uint8_t> memory_;
  FixedVector<std::span<std::uint8_t>, kMaxParts> taken_;  // by address
};

}  // namespace continuo::mcu
