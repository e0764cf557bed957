// SPDX-License-Identifier: Apache-2.0
#include <cstdarg>
#include <cstdio>

#include "sim/fleet/fleet_run.h"

namespace continuo::sim {
namespace {

/// What one beat costs at 20 Hz on two networks, in percent of a core.
double ShareOfCore(const Spent& spent, Nanoseconds virtual_time) {
  return 100.0 * static_cast<double>(spent.cpu) / static_cast<double>(virtual_time);
}

double InMs(Nanoseconds duration) {
  return static_cast<double>(duration) / 1e6;
}

double InKb(Nanoseconds bytes) {
  return static_cast<double>(bytes) / 1e3;
}

double Each(const Spent& spent) {
  return spent.inputs == 0 ? 0 : static_cast<double>(spent.cpu) / static_cast<double>(spent.inputs);
}

__attribute__((format(printf, 2, 3))) void Add(std::string& text, const char* format, ...) {
  char line[512];
  va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  text += line;
}

void AddDurations(std::string& text, const char* what, const Durations& of) {
  if (of.count() == 0) return;
  Add(text, "%-34s %9.1f ms median, %.1f ms at most, of %zu\n", what, InMs(of.median()),
      InMs(of.most()), of.count());
}

void AddJson(std::string& text, const char* name, const Durations& of) {
  Add(text, "\"%s\":{\"count\":%zu,\"median_ms\":%.3f,\"max_ms\":%.3f},", name, of.count(),
      InMs(of.median()), InMs(of.most()));
}

Spent AllOf(const FleetFigures& f) {
  return {f.beats.cpu + f.reports.cpu + f.ticks.cpu + f.others.cpu,
          f.beats.inputs + f.reports.inputs + f.ticks.inputs + f.others.inputs};
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c < ' ' ? ' ' : c;
  }
  return quoted + "\"";
}

}  // namespace

std::string FleetText(const FleetOptions& options, const FleetFigures& f) {
  std::string text;
  const Nanoseconds all = f.virtual_time;
  Add(text, "%d nodes, %d tasks, %.1f s of virtual time, seed %llu: %s\n", options.nodes,
      options.tasks, static_cast<double>(all) / 1e9, static_cast<unsigned long long>(options.seed),
      f.failures.empty() ? "good" : "FAILS");
  Add(text, "%-34s %9.2f %% of a core, %.0f ns each\n", "heartbeats, 20 Hz on two networks",
      ShareOfCore(f.beats, all), Each(f.beats));
  Add(text, "%-34s %9.2f %% of a core, %.1f us each\n", "reports, 1 Hz",
      ShareOfCore(f.reports, all), Each(f.reports) / 1e3);
  Add(text, "%-34s %9.2f %% of a core, %.1f us each\n", "looking at the clock, 100 Hz",
      ShareOfCore(f.ticks, all), Each(f.ticks) / 1e3);
  Add(text, "%-34s %9.2f %% of a core\n", "all, changes and repairs too",
      ShareOfCore(AllOf(f), all));
  Add(text, "%-34s %9.1f ms, and %.1f ms to date it\n", "show checked, placed, sent", InMs(f.apply),
      InMs(f.date));
  AddDurations(text, "one task moved, sent to all", f.changes);
  AddDurations(text, "show replaced in play", f.replacements);
  AddDurations(text, "any input that makes a plan", f.plans);
  AddDurations(text, "death known after (virtual)", f.found);
  AddDurations(text, "all repaired after (virtual)", f.repaired);
  Add(text, "%-34s %9.1f kB median, %.1f kB at most\n", "a node's part of a plan",
      InKb(f.parts.median()), InKb(f.parts.most()));
  Add(text, "%-34s %9.1f MB, of it %.1f MB before the show (agents included)\n", "memory, peak",
      static_cast<double>(f.rss_kb) / 1e3, static_cast<double>(f.rss_before_kb) / 1e3);
  Add(text, "%-34s %9d nodes killed, %d own stalls, %d beats lost\n", "faults", f.kills, f.stalls,
      f.beats_lost);
  Add(text, "%-34s %9d doubted, %d called dead, of nodes that lived\n", "false verdicts",
      f.false_doubts, f.false_deaths);
  for (const std::string& failure : f.failures) text += "  " + failure + "\n";
  return text;
}

std::string FleetJson(const FleetOptions& options, const FleetFigures& f) {
  std::string text = "{";
  const Nanoseconds all = f.virtual_time;
  Add(text, "\"nodes\":%d,\"tasks\":%d,\"virtual_s\":%.3f,\"seed\":%llu,", options.nodes,
      options.tasks, static_cast<double>(all) / 1e9, static_cast<unsigned long long>(options.seed));
  Add(text, "\"beats_core_percent\":%.4f,\"beat_ns\":%.1f,", ShareOfCore(f.beats, all),
      Each(f.beats));
  Add(text, "\"reports_core_percent\":%.4f,\"ticks_core_percent\":%.4f,",
      ShareOfCore(f.reports, all), ShareOfCore(f.ticks, all));
  Add(text, "\"all_core_percent\":%.4f,", ShareOfCore(AllOf(f), all));
  Add(text, "\"apply_ms\":%.3f,\"date_ms\":%.3f,", InMs(f.apply), InMs(f.date));
  AddJson(text, "changes", f.changes);
  AddJson(text, "replacements", f.replacements);
  AddJson(text, "plans", f.plans);
  AddJson(text, "found", f.found);
  AddJson(text, "repaired", f.repaired);
  Add(text, "\"parts\":{\"count\":%zu,\"median_bytes\":%lld,\"max_bytes\":%lld},", f.parts.count(),
      static_cast<long long>(f.parts.median()), static_cast<long long>(f.parts.most()));
  Add(text, "\"rss_kb\":%lld,\"rss_before_kb\":%lld,", static_cast<long long>(f.rss_kb),
      static_cast<long long>(f.rss_before_kb));
  Add(text, "\"kills\":%d,\"stalls\":%d,\"false_doubts\":%d,\"false_deaths\":%d,", f.kills,
      f.stalls, f.false_doubts, f.false_deaths);
  text += "\"failures\":[";
  for (std::size_t i = 0; i < f.failures.size(); ++i) {
    text += (i == 0 ? "" : ",") + Quoted(f.failures[i]);
  }
  return text + "]}\n";
}

}  // namespace continuo::sim
