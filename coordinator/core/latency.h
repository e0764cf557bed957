// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "coordinator/core/view.h"

// How late what comes over each wire is, hop by hop, and how much of its time that leaves. All lengths in samples.

namespace continuo::coordinator {

/// One leg of one wire: a task's output, from one node that computes it to one that needs it, over one network.
struct LegLatency {
  std::string task;
  std::string from, to;  ///< names of nodes; equal: it does not leave the node
  plan::Network network = plan::Network::kRed;
  Frames typical =
      0;  ///< from a packet's end until it is taken in; mean of the last half minute to a minute
  Frames worst = 0;    ///< likewise
  Frames offset = 0;   ///< the safe offset: who needs it goes on without it then
  Frames margin = 0;   ///< offset - worst
  Frames percent = 0;  ///< of the offset; above 100: it comes before its packet is over
  std::optional<Frames>
      hop;  ///< what this hop adds: from when the sender had all inputs, on average, until here
  Frames enough = 0;  ///< a safe offset that would do: 30 % of it are left, and time for a repair
};

struct LatencyView {
  std::vector<LegLatency> legs;  ///< in the order of nodes, tasks and networks
  Frames playout = 0;            ///< of the show
  Frames playout_enough =
      0;  ///< that would do for all legs and for the longest chain; 0: nothing was measured yet
  Frames chain_needs = 0;  ///< of that, what the longest chain needs by itself
};

LatencyView LatencyOf(const View& view);

}  // namespace continuo::coordinator
