// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/meters_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <string_view>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/did_you_mean.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator::cli {
namespace {

constexpr int kBarColumns = 30;
constexpr float kBarDb = 60.0f;  // a bar is this long

/// All replicas in sync read the same: any of them will do.
const ReplicaView* InSync(const TaskView& task) {
  for (const ReplicaView& replica : task.replicas) {
    const bool counts = replica.live && replica.state == plan::ReplicaState::kInSync;
    if (counts && !replica.readings.empty()) return &replica;
  }
  return nullptr;
}

/// Names of the values in the order in which a kernel writes them. How many channels an instance has follows from how
/// many values there are.
std::vector<std::pair<std::string, const dsp::ReadingDescription*>> NamesOf(
    const dsp::KernelDescription& kernel, std::size_t values) {
  const auto alone = std::count_if(kernel.readings.begin(), kernel.readings.end(),
                                   [](const auto& reading) { return !reading.per_channel; });
  const auto each =
      static_cast<std::size_t>(kernel.readings.size()) - static_cast<std::size_t>(alone);
  if (values < static_cast<std::size_t>(alone)) return {};  // of another release
  const std::size_t channels = each == 0 ? 0 : (values - static_cast<std::size_t>(alone)) / each;
  std::vector<std::pair<std::string, const dsp::ReadingDescription*>> names;
  for (const dsp::ReadingDescription& reading : kernel.readings) {
    if (!reading.per_channel) names.emplace_back(reading.name, &reading);
    for (std::size_t c = 1; reading.per_channel && c <= channels; ++c) {
      names.emplace_back(reading.name + ("." + std::to_string(c)), &reading);
    }
  }
  return names;
}

bool IsDecibels(const std::string& unit) {
  return unit.starts_with("dB") || unit.starts_with("LU");
}
/// Of how much it is turned down or apart, not of a level: its bar grows with its size.
bool IsRelative(const std::string& unit) {
  return unit == "dB" || unit == "LU";
}

std::string ReadingText(const MeterReading& reading) {
  if (reading.unit.size() > 2 && reading.value <= dsp::kSilenceDb) return "-inf " + reading.unit;
  const double value = std::fabs(reading.value) < 0.05f ? 0.0 : reading.value;  // no "-0.0"
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return std::string(text) + (reading.unit.empty() ? "" : " " + reading.unit);
}

std::string Repeated(const char* piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

/// Levels: full at 0 dB, empty at -60; yellow above -6 and red above -1.
std::string Bar(const MeterReading& reading, const Terminal& terminal) {
  if (!IsDecibels(reading.unit)) return "";
  const bool relative = IsRelative(reading.unit);
  const float share =
      relative ? std::abs(reading.value) / (kBarDb / 2) : (reading.value + kBarDb) / kBarDb;
  const float bounded = std::clamp(share, 0.0f, 1.0f);
  const int full = static_cast<int>(std::lround(bounded * kBarColumns));
  const std::string bar = Repeated("█", full);
  const std::string rest = terminal.Dim(Repeated("·", kBarColumns - full));
  if (relative) return bar + rest;
  if (reading.value > -1.0f) return terminal.Bad(bar) + rest;
  return (reading.value > -6.0f ? terminal.Warn(bar) : terminal.Good(bar)) + rest;
}

/// Why there is nothing to be shown.
std::string Nothing(const View& view, const std::string& task) {
  if (const std::string wrong = NoSuchTask(view, task); !wrong.empty()) return wrong;
  return (task.empty() ? "nothing" : "nothing of \"" + task + "\"") +
         " is measured; a task that measures has readings (continuo kernel show KIND)";
}

std::vector<MeterReading> Of(const View& view, const std::string& task) {
  std::vector<MeterReading> readings = ReadingsOf(view);
  std::erase_if(readings, [&task](const MeterReading& reading) {
    return !task.empty() && reading.task != task;
  });
  // Levels first: on a terminal that is too short the rest is left out.
  std::set<std::string> levels;
  for (const MeterReading& reading : readings) {
    if (IsDecibels(reading.unit) && !IsRelative(reading.unit)) levels.insert(reading.task);
  }
  std::stable_partition(readings.begin(), readings.end(), [&levels](const MeterReading& reading) {
    return levels.contains(reading.task);
  });
  return readings;
}

}  // namespace

std::vector<MeterReading> ReadingsOf(const View& view) {
  std::vector<MeterReading> readings;
  for (const TaskView& task : view.tasks) {
    const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
    const ReplicaView* replica = InSync(task);
    if (kernel == nullptr || replica == nullptr) continue;
    const auto names = NamesOf(*kernel, replica->readings.size());
    // Of a node of another release the values may be others.
    if (names.size() != replica->readings.size()) continue;
    for (std::size_t i = 0; i < names.size(); ++i) {
      readings.push_back(
          {task.name, task.kind, names[i].first, names[i].second->unit, replica->readings[i]});
    }
  }
  return readings;
}

std::string NoSuchTask(const View& view, const std::string& task) {
  std::vector<std::string> names;
  for (const TaskView& one : view.tasks) {
    if (dsp::FindKernel(one.kind) != nullptr) names.push_back(one.name);
  }
  const bool known = task.empty() || std::find(names.begin(), names.end(), task) != names.end();
  return known ? "" : "there is no task \"" + task + "\"" + DidYouMean(task, names);
}

std::vector<std::string> MeterLines(const View& view, const std::string& task,
                                    const Terminal& terminal) {
  Table table({"task", "reading", "", ">value"});
  std::string last;
  for (const MeterReading& reading : Of(view, task)) {
    table.Add({reading.task == last ? "" : reading.task, reading.name, Bar(reading, terminal),
               ReadingText(reading)});
    last = reading.task;
  }
  return table.empty() ? std::vector<std::string>{Nothing(view, task)} : table.Lines();
}

std::string MeterLine(const View& view, const std::string& task) {
  std::string line, last;
  for (const MeterReading& reading : Of(view, task)) {
    if (!line.empty()) line += "  ";
    if (reading.task != last) line += reading.task + " ";
    line += reading.name + " " + ReadingText(reading);
    last = reading.task;
  }
  return line.empty() ? Nothing(view, task) : line;
}

std::string MetersJson(const View& view, const std::string& task) {
  Json json = {{"now", view.now}};
  json["readings"] = JsonList(Of(view, task), [](const MeterReading& reading) -> Json {
    return {{"task", reading.task},
            {"kind", reading.kind},
            {"name", reading.name},
            {"unit", reading.unit},
            {"value", std::round(static_cast<double>(reading.value) * 100) / 100}};
  });
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace continuo::coordinator::cli
