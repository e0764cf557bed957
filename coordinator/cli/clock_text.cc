// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/clock_text.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "coordinator/cli/table.h"
#include "coordinator/core/clock_watch.h"

namespace continuo::coordinator::cli {
namespace {

using clock::LockState;

/// Offsets below it are drawn flat, and twice as many are one block more: one that was far off, as all are while they
/// begin, leaves those of all others to be seen.
constexpr Nanoseconds kSecondBlock = 500;
constexpr const char* kCoordinator = "(coordinator)";

/// One clock of the cluster. Valid as long as the View.
struct Shown {
  std::string name;
  const plan::ClockStatus* status;
  const plan::BoardStatus* board;
  const std::vector<Nanoseconds>* offsets;
  bool live;
};

std::vector<Shown> ClocksOf(const View& view) {
  static const plan::ClockStatus kNothing;
  static const plan::BoardStatus kNoBoard;
  std::vector<Shown> clocks;
  for (const NodeView& node : view.nodes) {
    const plan::ClockStatus& status = node.status ? node.status->clock : kNothing;
    const plan::BoardStatus& board = node.status ? node.status->board : kNoBoard;
    clocks.push_back({node.name, &status, &board, &node.clock_offsets, node.attached});
  }
  clocks.push_back({kCoordinator, &view.clock, &kNoBoard, &view.clock_offsets, true});
  return clocks;
}

std::string Number(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string OffsetText(Nanoseconds offset) {
  return Number("%+.2f us", static_cast<double>(offset) / 1e3);
}
std::string MicrosecondsText(Nanoseconds time) {
  return Number("%.2f us", static_cast<double>(time) / 1e3);
}
std::string SecondsText(Nanoseconds time) {
  return Number("%.1f s", static_cast<double>(time) / 1e9);
}
/// By how much the crystal is too fast.
double DriftPpm(const plan::ClockStatus& status) {
  return -static_cast<double>(status.drift_ppb) / 1e3;
}
std::string DriftText(const plan::ClockStatus& status) {
  return Number("%+.3f ppm", DriftPpm(status));
}

bool IsMaster(const plan::ClockStatus& status) {
  return status.port == wire::PtpPortState::kMaster ||
         status.port == wire::PtpPortState::kGrandMaster;
}

bool IsByBridge(const plan::BoardStatus& board) {
  return !board.name.empty() && !board.own_time;
}

std::string SourceText(const plan::ClockStatus& status) {
  if (status.port == wire::PtpPortState::kNone) return "ptp4l is silent";
  return IsMaster(status) ? "PTP, itself" : std::string("PTP, ") + wire::ToString(status.port);
}

/// What a clock goes by; a board has its time from its bridge as long as no PTP of its own is good enough.
std::string SourceText(const plan::ClockStatus& status, const plan::BoardStatus& board) {
  if (!status.follows) return IsByBridge(board) ? "its bridge" : "this machine";
  if (board.name.empty()) return SourceText(status);
  return (IsByBridge(board) ? "its bridge, " : "its own ") + SourceText(status);
}

/// "-": it is not known.
std::string BridgeErrorText(const plan::BoardStatus& board) {
  return IsByBridge(board) && board.time_us != 0
             ? MicrosecondsText(Nanoseconds{1000} * board.time_us)
             : "-";
}

std::string StateText(const plan::ClockStatus& status, const Terminal& terminal) {
  const char* const text = plan::ToString(status.state);
  switch (status.state) {
    case LockState::kLocked:
      return terminal.Good(text);
    case LockState::kHoldover:
      return terminal.Bad(text + (" " + SecondsText(status.held)));
    case LockState::kFree:
    case LockState::kAcquiring:
      return terminal.Warn(text);
  }
  return text;
}

std::string GrandmasterText(const plan::ClockStatus& status, const Terminal& terminal) {
  if (status.grandmaster == 0) return "-";
  const std::string text = plan::IdentityText(status.grandmaster);
  return status.allowed ? text : terminal.Bad(text + " not allowed");
}

Json BoardTimeJson(const plan::BoardStatus& board) {
  if (board.name.empty()) return nullptr;
  return {{"by", board.own_time ? "ptp" : "bridge"}, {"off_bridge_ms", board.time_us / 1000.0}};
}

}  // namespace

std::string Sparkline(const std::vector<Nanoseconds>& offsets) {
  constexpr std::array<const char*, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string line;
  for (const Nanoseconds offset : offsets) {
    if (offset == ClockWatch::kNone) {
      line += "!";
      continue;
    }
    std::size_t block = 0;
    for (Nanoseconds next = kSecondBlock; block + 1 < kBlocks.size() && std::abs(offset) >= next;) {
      ++block;
      next *= 2;
    }
    line += kBlocks[block];
  }
  return line;
}

Lines ClockLines(const View& view, const Terminal& terminal) {
  const std::vector<Shown> clocks = ClocksOf(view);
  Table table({"clock", "state", "follows", "grandmaster", ">offset", ">path delay", ">drift",
               ">error", "offset, 30 s"});
  bool some = false;
  for (const Shown& shown : clocks) {
    const plan::ClockStatus& status = *shown.status;
    if (!status.follows && shown.name == kCoordinator && clocks.size() > 1 && !some) continue;
    some = some || status.follows;
    if (!status.follows || !shown.live) {
      table.Add({shown.name, shown.live ? "-" : terminal.Dim("detached"),
                 shown.live ? SourceText(status, *shown.board) : "-", "-", "-", "-", "-",
                 shown.live ? BridgeErrorText(*shown.board) : "-", ""});
      continue;
    }
    table.Add({shown.name, StateText(status, terminal), SourceText(status, *shown.board),
               GrandmasterText(status, terminal), OffsetText(status.offset),
               MicrosecondsText(status.path_delay), DriftText(status),
               MicrosecondsText(status.error), Sparkline(*shown.offsets)});
  }
  Lines lines = table.empty() ? Lines{} : table.Lines();
  lines.push_back(
      some
          ? "  ▁ is below 0.5 us, each block twice the one before, █ 32 us and more, ! holdover; a "
            "sample is 20.83 us"
          : "  nobody follows PTP: all programs have to share one machine's clock (for more "
            "machines: continuo-agent --ptp-run eth0 and continuo-coordinator --ptp)");
  return lines;
}

std::string ClockLine(const View& view) {
  std::string line;
  for (const Shown& shown : ClocksOf(view)) {
    const plan::ClockStatus& status = *shown.status;
    if (!status.follows || !shown.live) continue;
    const bool holds = status.state == LockState::kHoldover;
    line += (line.empty() ? "" : "  ") + shown.name + " " + plan::ToString(status.state) + " " +
            (holds ? SecondsText(status.held) : OffsetText(status.offset));
  }
  return line.empty() ? "nobody follows PTP" : line;
}

Json ClockJson(const plan::ClockStatus& status) {
  if (!status.follows) return nullptr;
  return {{"state", plan::ToString(status.state)},
          {"port", wire::ToString(status.port)},
          {"grandmaster",
           status.grandmaster == 0 ? Json(nullptr) : Json(plan::IdentityText(status.grandmaster))},
          {"grandmaster_allowed", status.allowed},
          {"offset_ns", status.offset},
          {"path_delay_ns", status.path_delay},
          {"drift_ppm", DriftPpm(status)},
          {"error_ns", status.error},
          {"holdover_s", status.state == LockState::kHoldover
                             ? Json(static_cast<double>(status.held) / 1e9)
                             : Json(nullptr)},
          {"map_version", status.map_version},
          {"ptp4l_trouble", status.daemon}};
}

std::string ClocksJson(const View& view) {
  Json json = {{"now", view.now}};
  json["clocks"] = JsonList(ClocksOf(view), [](const Shown& shown) -> Json {
    const Json offsets = JsonList(*shown.offsets, [](Nanoseconds offset) {
      return offset == ClockWatch::kNone ? Json(nullptr) : Json(offset);
    });
    const bool is_node = shown.name != kCoordinator;
    return {{"node", is_node ? Json(shown.name) : Json(nullptr)},
            {"attached", shown.live},
            {"clock", ClockJson(*shown.status)},
            {"board_time", BoardTimeJson(*shown.board)},
            {"offsets_ns", offsets}};
  });
  return Dump(json);
}

Lines ClockDetailLines(const plan::ClockStatus& status, const plan::BoardStatus& board,
                       const Terminal& terminal) {
  if (!status.follows && IsByBridge(board)) {
    return {"  clock: its bridge's, which does not follow PTP; off by " + BridgeErrorText(board) +
            " at most"};
  }
  if (!status.follows) return {"  clock: this machine's own, PTP is not followed"};
  Lines lines = {"  clock: " + StateText(status, terminal) + ", " + SourceText(status, board) +
                     ", grandmaster " + GrandmasterText(status, terminal),
                 "  offset " + OffsetText(status.offset) + ", path delay " +
                     MicrosecondsText(status.path_delay) + ", drift " + DriftText(status) +
                     ", off by " + MicrosecondsText(status.error) + " by its own estimate, map " +
                     std::to_string(status.map_version)};
  if (!status.daemon.empty()) lines.push_back("  " + terminal.Bad(status.daemon));
  return lines;
}

}  // namespace continuo::coordinator::cli
