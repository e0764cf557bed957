// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "dsp/base/units.h"

namespace continuo::mcu {

/// How the board's clock goes beside ours, from questions and answers: of the last second's the one that was quickest
/// is believed, since its way out and its way back were least unlike. Wrong by half of that one's round trip at most.
class BoardClock {
 public:
  struct Pair {
    Nanoseconds ours = 0, board = 0;  ///< the same moment; board 0: not known yet
    Nanoseconds round_trip = 0;
  };

  /// A question that left at `asked` was read at `board` and its answer here at `now`.
  void Hear(Nanoseconds asked, Nanoseconds board, Nanoseconds now) {
    const Nanoseconds round_trip = now - asked;
    if (round_trip < 0) return;
    heard_[next_++ % heard_.size()] = {asked + round_trip / 2, board, round_trip};
  }
  Pair Best() const {
    Pair best;
    for (const Pair& pair : heard_) {
      if (pair.board != 0 && (best.board == 0 || pair.round_trip < best.round_trip)) best = pair;
    }
    return best;
  }

 private:
  std::array<Pair, 20> heard_{};
  std::size_t next_ = 0;
};

}  // namespace continuo::mcu
