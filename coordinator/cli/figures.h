// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/core/view.h"

// What a View means in the few numbers that people and `--json` are shown.

namespace continuo::coordinator::cli {

/// What one node, as a receiver, has seen since the start: packets.
struct NodeFigures {
  std::uint64_t selected_last_s = 0;  ///< of the packets this node *sent*, over all receivers
  std::uint64_t late = 0;
  std::uint64_t repaired = 0;
  std::uint64_t nacks_sent = 0;
};
NodeFigures FiguresOf(const View& view, const NodeView& node);

struct PacketFigures {
  std::uint64_t late = 0;  ///< copies that came after their deadline, all nodes
  std::uint64_t lost = 0;  ///< packets an output had to conceal
  std::uint64_t repaired = 0;
  std::uint64_t nacks = 0;
};
PacketFigures PacketsOf(const View& view);

/// A copy of a packet that differed from the one kept.
struct Divergence {
  std::string task;
  MediaTime n = 0;
  std::string kept, differing;  ///< names of the nodes that sent them
};
std::vector<Divergence> DivergencesOf(const View& view);

/// A replica on some node. Valid as long as the View.
struct Hosted {
  const TaskView* task;
  const ReplicaView* replica;
};
std::vector<Hosted> HostedBy(const View& view, const NodeView& node);
/// The outputs whose sound leaves the cluster there. Valid as long as the View.
std::vector<const OutputView*> OutputsOn(const View& view, const NodeView& node);
/// Nobody would miss it: it is drained, and neither computes nor plays anything any more.
bool MayBeUnplugged(const View& view, const NodeView& node);

/// The name, or "task 7", "node 7" if it is not there any more.
std::string TaskName(const View& view, dsp::TaskId id);
std::string NodeName(const View& view, plan::NodeId id);

/// Since the first sample, never below 0; 0 without a dated plan.
Frames Played(const View& view);

}  // namespace continuo::coordinator::cli
