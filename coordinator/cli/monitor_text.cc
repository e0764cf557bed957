// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/monitor_text.h"

#include <cstdio>
#include <vector>

#include "coordinator/cli/figures.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/json_view.h"
#include "coordinator/core/did_you_mean.h"

namespace continuo::coordinator::cli {
namespace {

const NodeView* FindNode(const View& view, const std::string& name) {
  for (const NodeView& node : view.nodes) {
    if (node.name == name) return &node;
  }
  return nullptr;
}

std::uint64_t LostBy(const plan::BoardStatus& board) {
  std::uint64_t lost = 0;
  for (const plan::BoardHearing& hearing : board.hears) lost += hearing.lost;
  return lost;
}

std::string PacketsText(const plan::Status& status) {
  return "sent " + std::to_string(status.packets_sent) + ", received " +
         std::to_string(status.packets_received) + ", refused " +
         std::to_string(status.packets_refused);
}

/// "strip in-sync, squeeze joining".
std::string TasksText(const View& view, const NodeView& node) {
  std::string text;
  for (const Hosted& hosted : HostedBy(view, node)) {
    text += (text.empty() ? "" : ", ") + hosted.task->name + " " +
            plan::ToString(hosted.replica->state);
  }
  return text.empty() ? "no task" : text;
}

}  // namespace

std::string WhyNoBoard(const View& view, const std::string& name) {
  const NodeView* const node = FindNode(view, name);
  if (node == nullptr) {
    std::vector<std::string> names;
    for (const NodeView& one : view.nodes) names.push_back(one.name);
    return "there is no node \"" + name + "\"" + DidYouMean(name, names);
  }
  if (node->status && node->status->board.name.empty()) {
    return "\"" + name + "\" is a whole computer, not a board; see continuo node show " + name;
  }
  return {};
}

Lines MonitorLines(const View& view, const std::string& name, const Terminal& terminal) {
  const NodeView* const node = FindNode(view, name);
  if (node == nullptr) return {terminal.Bad(name + " is not known any more")};
  Lines lines = NodeDetailLines(view, *node, terminal);
  if (node->status) lines.push_back("");
  if (node->status) lines.push_back("  packets " + PacketsText(*node->status));
  return lines;
}

std::string MonitorLine(const View& view, const std::string& name) {
  const NodeView* const node = FindNode(view, name);
  if (node == nullptr) return name + ": not known any more";
  std::string text = name + ": " + ToString(node->liveness);
  if (!node->status) return text + ", has not reported yet";
  const plan::BoardStatus& board = node->status->board;
  char health[120];
  std::snprintf(health, sizeof health, ", boot %u, block %.2f ms, %u overran, time %.2f ms",
                board.boots, board.block_us / 1000.0, board.overruns, board.time_us / 1000.0);
  text += health;
  text += "; " + TasksText(view, *node) + "; packets " + PacketsText(*node->status) + ", lost " +
          std::to_string(LostBy(board));
  if (!board.refused.empty()) text += "; frames refused " + board.refused;
  if (!board.fault.empty()) text += "; last fault: " + board.fault;
  return text;
}

std::string MonitorJson(const View& view, const std::string& name) {
  const NodeView* const node = FindNode(view, name);
  return node == nullptr ? Dump({{"name", name}, {"board", nullptr}}) : NodeShowJson(view, *node);
}

}  // namespace continuo::coordinator::cli
