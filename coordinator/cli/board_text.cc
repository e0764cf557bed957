// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_text.h"

#include <cstdio>

#include "coordinator/cli/figures.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/number_text.h"

namespace continuo::coordinator::cli {
namespace {

constexpr double kMsPerFrame = 1000.0 / kSampleRate;

/// Of microseconds: "1.25 ms".
std::string MsOfUsText(std::uint32_t us) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms", us / 1000.0);
  return text;
}

/// Of samples, which may be few: "0.25 ms".
std::string FineText(Frames frames) {
  return MsOfUsText(static_cast<std::uint32_t>(frames * 1'000'000 / kSampleRate));
}

std::string RateText(std::uint64_t bytes_per_s) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f kB/s", static_cast<double>(bytes_per_s) / 1000.0);
  return bytes_per_s == 0 ? "-" : text;
}

/// Channel groups count from 1, as a person does; most tasks have one.
std::string StreamText(const View& view, const plan::BoardHearing& hearing) {
  const std::string name = TaskName(view, hearing.from);
  return hearing.group == 0 ? name : name + " (group " + std::to_string(hearing.group + 1) + ")";
}

std::string MarginText(const plan::BoardHearing& hearing, const Terminal& terminal) {
  if (!hearing.measured) return "-";
  const std::string text = TenthsOfMsText(hearing.margin_min);
  return hearing.margin_min < 0 ? terminal.Bad(text) : text;
}

Lines HearingLines(const View& view, const plan::BoardStatus& board, const Terminal& terminal) {
  Table table({"hears", "in", ">packets", ">repaired", ">reordered", ">duplicates", ">late",
               ">lost", ">least margin", ">jitter", ">delay", ">+ half", ">+ 99 %", ">+ all", ">"});
  for (const plan::BoardHearing& one : board.hears) {
    const std::string lost = std::to_string(one.lost);
    table.Add({StreamText(view, one), TaskName(view, one.task), std::to_string(one.received),
               std::to_string(one.repaired), std::to_string(one.reordered),
               std::to_string(one.duplicates), std::to_string(one.late),
               one.lost == 0 ? lost : terminal.Bad(lost), MarginText(one, terminal),
               MsOfUsText(one.jitter_us), TenthsOfMsText(one.came.mean),
               FineText(one.came.beyond_median), FineText(one.came.beyond_p99),
               FineText(one.came.beyond_most), RateText(one.bytes_per_s)});
  }
  return table.empty() ? Lines{} : table.Lines();
}

Lines SpeechLines(const View& view, const plan::BoardStatus& board) {
  Table table(
      {"sends", ">packets", ">sent again", ">computed", ">+ half", ">+ 99 %", ">+ all", ">"});
  for (const plan::BoardSpeech& one : board.says) {
    table.Add({TaskName(view, one.task), std::to_string(one.packets), std::to_string(one.repairs),
               TenthsOfMsText(one.computed.mean), FineText(one.computed.beyond_median),
               FineText(one.computed.beyond_p99), FineText(one.computed.beyond_most),
               RateText(one.bytes_per_s)});
  }
  return table.empty() ? Lines{} : table.Lines();
}

Lines DropoutLines(const View& view, const plan::BoardStatus& board, const Terminal& terminal) {
  Lines lines;
  for (const plan::BoardHearing& one : board.hears) {
    for (const plan::BoardDropout& dropout : one.dropouts) {
      lines.push_back("  " + terminal.Warn(TaskName(view, one.task) + " went on without " +
                                           StreamText(view, one) + " for " +
                                           TenthsOfMsText(dropout.length) +
                                           " from n = " + std::to_string(dropout.at)));
    }
  }
  return lines;
}

Json DelaysJson(const plan::BoardDelays& delays) {
  return {{"least_ms", static_cast<double>(delays.least) * kMsPerFrame},
          {"mean_ms", static_cast<double>(delays.mean) * kMsPerFrame},
          {"beyond_median_ms", static_cast<double>(delays.beyond_median) * kMsPerFrame},
          {"beyond_p99_ms", static_cast<double>(delays.beyond_p99) * kMsPerFrame},
          {"beyond_most_ms", static_cast<double>(delays.beyond_most) * kMsPerFrame}};
}

Json HearingJson(const View& view, const plan::BoardHearing& one) {
  const auto margin = static_cast<double>(one.margin_min) * kMsPerFrame;
  return {{"task", TaskName(view, one.task)},
          {"from", TaskName(view, one.from)},
          {"group", one.group},
          {"received", one.received},
          {"duplicates", one.duplicates},
          {"repaired", one.repaired},
          {"reordered", one.reordered},
          {"late", one.late},
          {"lost", one.lost},
          {"tainted", one.tainted},
          {"nacks_sent", one.nacks},
          {"bytes_per_s", one.bytes_per_s},
          {"needed_after_ms", static_cast<double>(one.needed_after) * kMsPerFrame},
          {"margin_min_ms", one.measured ? Json(margin) : Json(nullptr)},
          {"jitter_ms", one.jitter_us / 1000.0},
          {"came", DelaysJson(one.came)},
          {"dropouts", JsonList(one.dropouts, [](const plan::BoardDropout& dropout) -> Json {
             return {{"n", dropout.at}, {"frames", dropout.length}};
           })}};
}

Json SpeechJson(const View& view, const plan::BoardSpeech& one) {
  return {{"task", TaskName(view, one.task)},
          {"packets", one.packets},
          {"repairs", one.repairs},
          {"bytes_per_s", one.bytes_per_s},
          {"computed", DelaysJson(one.computed)}};
}

}  // namespace

Lines BoardLines(const plan::BoardStatus& board, const Terminal& terminal) {
  if (board.name.empty()) return {};
  Lines lines = {"  a board (" + board.name + "), boot " + std::to_string(board.boots)};
  lines.push_back(board.sealed ? "  its link is sealed"
                               : "  " + terminal.Warn("its link is open to everybody: no key"));
  if (!board.refused.empty()) lines.push_back("  " + terminal.Warn("refused: " + board.refused));
  if (!board.fault.empty()) lines.push_back("  " + terminal.Warn("last fault: " + board.fault));
  if (board.block_us == 0) return lines;
  lines.push_back("  a block took at most " + MsOfUsText(board.block_us) + ", " +
                  std::to_string(board.overruns) +
                  " took longer than a block; its time is right to " + MsOfUsText(board.time_us));
  return lines;
}

Lines BoardTrafficLines(const View& view, const plan::BoardStatus& board,
                        const Terminal& terminal) {
  Lines all;
  for (const Lines& lines : {HearingLines(view, board, terminal), SpeechLines(view, board),
                             DropoutLines(view, board, terminal)}) {
    if (lines.empty()) continue;
    all.push_back("");
    all.insert(all.end(), lines.begin(), lines.end());
  }
  return all;
}

Json BoardJson(const View& view, const plan::BoardStatus& board) {
  if (board.name.empty()) return nullptr;
  return {{"name", board.name},
          {"boots", board.boots},
          {"fault", board.fault},
          {"sealed", board.sealed},
          {"refused", board.refused},
          {"overruns", board.overruns},
          {"block_ms_max", board.block_us / 1000.0},
          {"time_by", board.own_time ? "ptp" : "bridge"},
          {"time_error_ms", board.time_us / 1000.0},
          {"hears", JsonList(board.hears, [&](const auto& one) { return HearingJson(view, one); })},
          {"sends", JsonList(board.says, [&](const auto& one) { return SpeechJson(view, one); })}};
}

}  // namespace continuo::coordinator::cli
