// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// Where not all have come back: after the last one that did.
inline constexpr Nanoseconds kBlackoutPatience = 3'000'000'000;

/// Sees that a show has gone dark, and when it may be taken up again.
class BlackoutWatch {
 public:
  /// On every tick.
  void Conclude(const Ledger& ledger, Nanoseconds time, Effects& effects);

 private:
  void Look(const Ledger& ledger, Nanoseconds time);
  bool MaySay(Nanoseconds time);

  std::vector<ConnectionId> here_;  // of the nodes of the plan
  bool all_ = false;
  Nanoseconds since_ = 0;            // when that has changed last
  Nanoseconds due_ = 0, pause_ = 0;  // of what is said again, if nothing came of it
};

}  // namespace continuo::coordinator
