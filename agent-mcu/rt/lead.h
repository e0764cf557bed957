// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "dsp/base/units.h"

namespace continuo::mcu {

/// Which of several bridges speaks for this board: the first that was heard, as long as it is heard. The board alone
/// decides, so never do two speak at once: a bridge may go on for kLeadVouched (proto/mcu/frame.h) after it asked what
/// was answered, which is less than kLease. Pure.
class Lead {
 public:
  using Way = int;  ///< by which a bridge is heard
  static constexpr Nanoseconds kLease = 1'000'000'000;

  /// A frame came that way. Whether who sent it leads.
  bool Take(Way way, Nanoseconds now) {
    if (!way_ || now - heard_ >= kLease) way_ = way;
    if (*way_ != way) return false;
    heard_ = now;
    return true;
  }
  /// Nobody is there any more.
  void Lose(Way way) {
    if (way_ == way) way_.reset();
  }
  std::optional<Way> way() const { return way_; }

 private:
  std::optional<Way> way_;
  Nanoseconds heard_ = 0;
};

}  // namespace continuo::mcu
