// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/node_text.h"

#include "coordinator/cli/board_text.h"
#include "coordinator/cli/clock_text.h"
#include "coordinator/cli/figures.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

std::string LivenessText(const NodeView& node, const Terminal& terminal) {
  const char* text = ToString(node.liveness);
  switch (node.liveness) {
    case Liveness::kAlive:
      return terminal.Good(text);
    case Liveness::kSuspect:
      return terminal.Warn(text);
    case Liveness::kDead:
      return terminal.Bad(text);
    case Liveness::kDetached:
      return terminal.Dim(text);
  }
  return text;
}

std::string BeatsText(const NodeView& node) {
  constexpr const char* kNames[plan::kMaxNetworks] = {"red", "blue"};
  std::string text;
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    if (node.beats_heard[i]) text += (text.empty() ? "" : "+") + std::string(kNames[i]);
  }
  return text.empty() ? "-" : text;
}

std::string MayText(const NodeView& node) {
  if (node.can_compute && node.can_output) return "compute, output";
  if (node.can_compute) return "compute";
  return node.can_output ? "output" : "-";
}

/// Of its audio thread's budget, as placed.
std::string LoadText(const NodeView& node) {
  constexpr std::int64_t kPpmPerPercent = 10'000;
  return std::to_string((node.load_ppm + kPpmPerPercent / 2) / kPpmPerPercent) + " %";
}

std::string UnplugText(const View& view, const NodeView& node, const Terminal& terminal) {
  if (MayBeUnplugged(view, node)) return terminal.Good("may be unplugged");
  std::string feeds;
  for (const OutputView* output : OutputsOn(view, node)) {
    feeds += (feeds.empty() ? "" : ", ") + output->name;
  }
  if (!feeds.empty()) return "unplugging it silences " + feeds;
  if (!node.drained) return "to unplug it: continuo node drain " + node.name + " --wait";
  return terminal.Warn("not yet to be unplugged: it still runs what is listed here");
}

Lines HostedLines(const View& view, const NodeView& node, const Terminal& terminal) {
  Table table({"task", "kind", "replica"});
  for (const Hosted& hosted : HostedBy(view, node)) {
    table.Add({hosted.task->name, hosted.task->kind, ReplicaText(view, *hosted.replica, terminal)});
  }
  return table.empty() ? Lines{} : table.Lines();
}

}  // namespace

Lines NodeLines(const View& view, const Terminal& terminal) {
  Table table({"node", "liveness", "beats", "may", ">load", ">replicas", ">selected/s", ">late",
               ">repaired", ">stalls", ""});
  for (const NodeView& node : view.nodes) {
    const NodeFigures figures = FiguresOf(view, node);
    table.Add({node.name, LivenessText(node, terminal), BeatsText(node), MayText(node),
               LoadText(node), std::to_string(HostedBy(view, node).size()),
               std::to_string(figures.selected_last_s), std::to_string(figures.late),
               std::to_string(figures.repaired),
               std::to_string(node.status ? node.status->stalls : 0),
               node.drained ? terminal.Warn("drained") : ""});
  }
  if (table.empty()) return {"no nodes yet; start one (continuo-agent --help)"};
  return table.Lines();
}

Lines NodeDetailLines(const View& view, const NodeView& node, const Terminal& terminal) {
  Lines lines = {terminal.Strong(node.name) + "  " + LivenessText(node, terminal) +
                     (node.drained ? "  " + terminal.Warn("drained") : ""),
                 "  may " + MayText(node) + "; " + std::to_string(node.cores) +
                     (node.cores == 1 ? " core" : " cores") + ", load " + LoadText(node) +
                     ", beats " + BeatsText(node) +
                     (node.domain.empty() ? "" : ", domain " + node.domain),
                 "  " + UnplugText(view, node, terminal)};
  if (node.status) {
    const Lines board = BoardLines(node.status->board, terminal);
    lines.insert(lines.end(), board.begin(), board.end());
    const Lines clock = ClockDetailLines(node.status->clock, node.status->board, terminal);
    lines.insert(lines.end(), clock.begin(), clock.end());
  }
  const Lines hosted = HostedLines(view, node, terminal);
  if (!hosted.empty()) lines.push_back("");
  lines.insert(lines.end(), hosted.begin(), hosted.end());
  if (!node.status) return lines;
  const Lines traffic = BoardTrafficLines(view, node.status->board, terminal);
  lines.insert(lines.end(), traffic.begin(), traffic.end());
  return lines;
}

}  // namespace continuo::coordinator::cli
