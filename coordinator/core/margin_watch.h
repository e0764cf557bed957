// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "coordinator/core/ledger.h"
#include "proto/plan/link.h"

namespace continuo::coordinator {

/// The margin of a leg is what is left of its safe offset when the latest of its copies has come. Below this share of
/// the offset an alarm is raised; it is over when the margin has been above the other one for that long.
inline constexpr int kMarginLowPercent = 30;
inline constexpr int kMarginWellPercent = 40;
inline constexpr Nanoseconds kMarginWellAfter = 10'000'000'000;

/// Margin in percent of the safe offset; above 100 where copies come before their packet is over. `needed_after` > 0.
constexpr Frames MarginPercent(Frames needed_after, Frames delay) {
  return (needed_after - delay) * 100 / needed_after;
}

/// Who comes nearly too late: one alarm for each pair of nodes, of its worst leg, raised once and cleared once. A
/// sender that stands still is late on all of its wires at once, and nobody needs to read that of each.
class MarginWatch {
 public:
  /// `receiver` says so of what it receives; what is to be told now. `n` is for who tells.
  std::vector<plan::Incident> Take(const Ledger& ledger, plan::NodeId receiver,
                                   const plan::Status& status, Nanoseconds time);
  /// Of a node that begins anew, or of a show that is over.
  void Forget(plan::NodeId receiver);
  void ForgetAll() { bells_.clear(); }

 private:
  struct Bell {
    bool well = false;  ///< it has been above the higher mark without a break
    Nanoseconds since = 0;
  };
  std::map<std::pair<plan::NodeId, plan::NodeId>, Bell>
      bells_;  ///< that ring, by (receiver, sender)
};

}  // namespace continuo::coordinator
