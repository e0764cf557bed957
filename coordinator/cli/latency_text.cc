// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/latency_text.h"

#include <algorithm>
#include <string>
#include <vector>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/latency.h"
#include "coordinator/core/margin_watch.h"
#include "coordinator/core/number_text.h"
#include "proto/plan/prompt.h"

namespace continuo::coordinator::cli {
namespace {

/// Samples that two readings of one latency may differ by.
constexpr Frames kSameTime = 2;

constexpr const char* kNothing =
    "nothing was measured yet: no show plays, or its nodes have not reported";

/// What is shown of it; the suggestion is for all legs, whichever are shown.
LatencyView ShownOf(const View& view, const std::string& task) {
  LatencyView latency = LatencyOf(view);
  std::erase_if(latency.legs,
                [&task](const LegLatency& leg) { return !task.empty() && leg.task != task; });
  return latency;
}

std::string WayText(const LegLatency& leg) {
  if (leg.from == leg.to) return "local";
  return leg.network == plan::Network::kRed ? "red" : "blue";
}

std::string PercentText(const LegLatency& leg, const Terminal& terminal) {
  const std::string text = std::to_string(leg.percent) + " %";
  if (leg.percent < kMarginLowPercent) return terminal.Bad(text);
  return leg.percent < kMarginWellPercent ? terminal.Warn(text) : text;
}

const LegLatency& WorstOf(const LatencyView& latency) {
  return *std::ranges::min_element(latency.legs, {}, &LegLatency::percent);
}

std::string WorstText(const LegLatency& leg) {
  return std::to_string(leg.percent) + " % (" + leg.task + ", " + leg.from + " > " + leg.to + ", " +
         WayText(leg) + ")";
}

std::string MsText(Frames frames) {
  return std::to_string(frames * 1000 / kSampleRate) + "ms";
}

Lines SuggestionLines(const LatencyView& latency) {
  Lines lines = {"  least margin " + WorstText(WorstOf(latency)) + "; below " +
                 std::to_string(kMarginLowPercent) + " % is an alarm"};
  if (latency.playout_enough < latency.playout) {
    lines.push_back("  what came in the last half minute would have done with timing.playout: " +
                    MsText(latency.playout_enough) + " instead of " + MsText(latency.playout) +
                    " (" + std::to_string(kMarginLowPercent) +
                    " % margin, and a repair; the longest chain alone needs " +
                    MsText(latency.chain_needs) + "); stalls that are longer than that are heard");
  } else if (latency.playout_enough > latency.playout) {
    lines.push_back("  timing.playout: " + MsText(latency.playout) +
                    " is short: " + MsText(latency.playout_enough) + " would leave " +
                    std::to_string(kMarginLowPercent) + " % and time for a repair everywhere");
  }
  return lines;
}

/// Outputs on devices of which is known when they are heard.
std::vector<const OutputView*> HeardOf(const View& view, const std::string& task) {
  std::vector<const OutputView*> heard;
  for (const OutputView& output : view.outputs) {
    const plan::DeviceStatus& device = output.status.device;
    const bool shown = task.empty() || output.from == task;
    if (shown && output.live && device.running && device.latency > 0) heard.push_back(&output);
  }
  return heard;
}

/// What the device has of it. Where a prompt show is played early no playout is in it, and that is not told.
std::string ShareText(Frames playout, Frames latency) {
  if (latency < playout) return ", as soon as it was there (--device-prompt)";
  if (plan::IsPrompt(playout)) return "";
  return "; " + TenthsOfMsText(latency - playout) + " of them are the device's";
}

/// The last hop: out of the cluster, to where it sounds.
Lines HeardLines(const View& view, const std::string& task) {
  const std::vector<const OutputView*> heard = HeardOf(view, task);
  Lines lines;
  const OutputView *first = nullptr, *last = nullptr;
  for (const OutputView* const output : heard) {
    const Frames latency = output->status.device.latency;
    lines.push_back("  " + output->name + " is heard on " + output->status.device.name + " of " +
                    output->node_name + " " + TenthsOfMsText(latency) + " after its date" +
                    ShareText(view.plan.timing.playout, latency));
    if (first == nullptr || latency < first->status.device.latency) first = output;
    if (last == nullptr || latency > last->status.device.latency) last = output;
  }
  if (first == nullptr) return lines;
  const Frames apart = last->status.device.latency - first->status.device.latency;
  if (apart <= kSameTime) return lines;
  lines.push_back("  " + first->name + " is heard " + std::to_string(apart) + " samples (" +
                  TenthsOfMsText(apart) + ") before " + last->name +
                  ": so much more --device-margin of " + first->node_name +
                  " aligns the two where they follow the clock");
  return lines;
}

Json MsJson(Frames frames) {
  return static_cast<double>(frames) * 1000.0 / kSampleRate;
}

}  // namespace

Lines LatencyLines(const View& view, const std::string& task, const Terminal& terminal) {
  const LatencyView latency = ShownOf(view, task);
  if (latency.legs.empty()) return {std::string("  ") + kNothing};
  Table table({"wire", "from", "to", "leg", ">this hop", ">typical", ">worst", ">safe offset",
               ">margin", ">", ">would do"});
  for (const LegLatency& leg : latency.legs) {
    table.Add({leg.task, leg.from, leg.to, WayText(leg), leg.hop ? TenthsOfMsText(*leg.hop) : "-",
               TenthsOfMsText(leg.typical), TenthsOfMsText(leg.worst), TenthsOfMsText(leg.offset),
               TenthsOfMsText(leg.margin), PercentText(leg, terminal), TenthsOfMsText(leg.enough)});
  }
  Lines lines = table.Lines();
  const Lines suggestion = SuggestionLines(latency);
  lines.insert(lines.end(), suggestion.begin(), suggestion.end());
  const Lines heard = HeardLines(view, task);
  lines.insert(lines.end(), heard.begin(), heard.end());
  return lines;
}

std::string LatencyLine(const View& view, const std::string& task) {
  const LatencyView latency = ShownOf(view, task);
  if (latency.legs.empty()) return kNothing;
  const LegLatency& worst = WorstOf(latency);
  return "least margin " + WorstText(worst) + ", " + TenthsOfMsText(worst.margin) + " of " +
         TenthsOfMsText(worst.offset);
}

std::string LatencyJson(const View& view, const std::string& task) {
  const LatencyView latency = ShownOf(view, task);
  Json json = {{"now", view.now},
               {"playout_ms", MsJson(latency.playout)},
               {"playout_enough_ms",
                latency.playout_enough == 0 ? Json(nullptr) : MsJson(latency.playout_enough)},
               {"chain_needs_ms", MsJson(latency.chain_needs)}};
  json["legs"] = JsonList(latency.legs, [](const LegLatency& leg) -> Json {
    return {{"task", leg.task},
            {"from", leg.from},
            {"to", leg.to},
            {"network", leg.network == plan::Network::kRed ? "red" : "blue"},
            {"local", leg.from == leg.to},
            {"hop_ms", leg.hop ? MsJson(*leg.hop) : Json(nullptr)},
            {"typical_ms", MsJson(leg.typical)},
            {"worst_ms", MsJson(leg.worst)},
            {"safe_offset_ms", MsJson(leg.offset)},
            {"margin_ms", MsJson(leg.margin)},
            {"margin_percent", leg.percent},
            {"enough_ms", MsJson(leg.enough)}};
  });
  json["outputs"] = JsonList(HeardOf(view, task), [&view](const OutputView* output) -> Json {
    const Frames heard = output->status.device.latency;
    const Frames playout = view.plan.timing.playout;
    return {{"output", output->name},
            {"node", output->node_name},
            {"device", output->status.device.name},
            {"latency_ms", MsJson(heard)},
            {"device_ms", plan::IsPrompt(playout) ? Json(nullptr) : MsJson(heard - playout)}};
  });
  return Dump(json);
}

}  // namespace continuo::coordinator::cli
