// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "coordinator/core/did_you_mean.h"
#include "coordinator/core/show_rules.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

std::string Plural(int count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void CheckWire(const Show& show, const ShowTask& task, const ShowWire& wire,
               const std::string& field, Issues& issues) {
  const ShowTask* source = FindShowTask(show, wire.from);
  if (source == nullptr) {
    issues.Error(field,
                 "there is no task \"" + wire.from + "\"" + DidYouMean(wire.from, TaskNames(show)));
    return;
  }
  if (source->channels != task.channels) {
    issues.Error(field, "\"" + wire.from + "\" has " + Plural(source->channels, "channel") +
                            ", but \"" + task.name + "\" has " + Plural(task.channels, "channel") +
                            "; a wire joins equal counts");
  }
}

void CheckPort(const ShowTask& task, const ShowWire& wire, const dsp::KernelDescription& kernel,
               const std::string& field, Issues& issues) {
  if (wire.port >= 0 && wire.port < kernel.input_ports_max) return;
  std::string text = "goes to input port " + std::to_string(wire.port + 1) + ", but a " +
                     task.kind + " has " + Plural(kernel.input_ports_max, "port");
  if (wire.port > 0 && kernel.input_ports_max > 0) {
    text += "; to sum several wires into one port write {from: " + wire.from + ", port: 1}";
  }
  issues.Error(field, text);
}

void CheckInputs(const Show& show, const ShowTask& task, Issues& issues) {
  const std::string field = "tasks." + task.name + ".inputs";
  if (task.inputs.size() > dsp::kMaxShowWires) {
    issues.Error(field, "has " + std::to_string(task.inputs.size()) + " wires; at most " +
                            std::to_string(dsp::kMaxShowWires) + " are possible");
  }
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.kind);
  if (kernel != nullptr && kernel->live) {
    if (!task.inputs.empty()) {
      issues.Error(field, "a " + task.kind + " hears a device and no task: it takes no inputs");
    }
    return;
  }
  if (kernel != nullptr && kernel->input_ports_max == 0 && !task.inputs.empty()) {
    issues.Error(field, "a " + task.kind + " is a source: it takes no inputs");
    kernel = nullptr;  // nothing to add about each port
  }
  if (kernel != nullptr && kernel->input_ports_min > 0 && task.inputs.empty()) {
    issues.Error(field, "a " + task.kind + " needs an input: `inputs: [name of a task]`");
  }
  for (std::size_t i = 0; i < task.inputs.size(); ++i) {
    const std::string at = field + "." + std::to_string(i + 1);
    CheckWire(show, task, task.inputs[i], at, issues);
    if (kernel != nullptr) CheckPort(task, task.inputs[i], *kernel, at, issues);
  }
}

constexpr int kMostInARow = 1024;

/// How the tasks hang together, however long the rows are: those who look at each row climb along it.
struct Rows {
  int longest = 0;
  std::size_t in_cycles = 0;  ///< tasks that hear themselves by way of others, or hear such
};
Rows RowsOf(const Show& show) {
  std::vector<std::vector<std::size_t>> hearers(show.tasks.size());
  std::vector<std::size_t> missing(show.tasks.size(), 0);  // sources that are not counted yet
  std::vector<int> length(show.tasks.size(), 0);
  std::vector<std::size_t> ready;
  for (std::size_t i = 0; i < show.tasks.size(); ++i) {
    for (const ShowWire& wire : show.tasks[i].inputs) {
      const ShowTask* const source = FindShowTask(show, wire.from);
      if (source == nullptr) continue;
      hearers[PlaceOf(show, *source)].push_back(i);
      ++missing[i];
    }
    if (missing[i] == 0) ready.push_back(i);
  }
  Rows rows;
  rows.in_cycles = show.tasks.size();
  while (!ready.empty()) {
    const std::size_t task = ready.back();
    ready.pop_back();
    --rows.in_cycles;
    rows.longest = std::max(rows.longest, ++length[task]);
    for (const std::size_t hearer : hearers[task]) {
      length[hearer] = std::max(length[hearer], length[task]);
      if (--missing[hearer] == 0) ready.push_back(hearer);
    }
  }
  return rows;
}

/// Depth-first search for wires that lead back; each cycle is told once, from where it was entered.
class CycleSearch {
 public:
  CycleSearch(const Show& show, Issues& issues)
      : show_(show), issues_(issues), marks_(show.tasks.size(), Mark::kNew) {}

  void From(const ShowTask& task) {
    Mark& mark = marks_[PlaceOf(show_, task)];
    if (mark == Mark::kDone) return;
    if (mark == Mark::kOnPath) {
      Tell(task);
      return;
    }
    mark = Mark::kOnPath;
    path_.push_back(&task);
    for (const ShowWire& wire : task.inputs) {
      if (const ShowTask* source = FindShowTask(show_, wire.from)) From(*source);
    }
    path_.pop_back();
    mark = Mark::kDone;
  }

 private:
  enum class Mark : std::uint8_t { kNew, kOnPath, kDone };

  void Tell(const ShowTask& task) {
    // The path runs against the sound; people think along it: every name feeds the next.
    std::string loop = task.name;
    for (auto at = path_.rbegin(); *at != &task; ++at) loop += " -> " + (*at)->name;
    issues_.Error("tasks." + task.name + ".inputs",
                  "is part of a cycle: " + loop + " -> " + task.name +
                      "; sound cannot depend on itself, remove one of these wires");
  }

  const Show& show_;
  Issues& issues_;
  std::vector<Mark> marks_;  // by place in the show
  std::vector<const ShowTask*> path_;
};

/// By place in the show: an output plays the task, or another task hears it.
std::vector<bool> HeardTasks(const Show& show) {
  std::vector<bool> heard(show.tasks.size(), false);
  const auto hear = [&](std::string_view name) {
    if (const ShowTask* task = FindShowTask(show, name)) heard[PlaceOf(show, *task)] = true;
  };
  for (const ShowOutput& output : show.outputs) hear(output.from);
  for (const ShowTask& task : show.tasks) {
    for (const ShowWire& wire : task.inputs) hear(wire.from);
  }
  return heard;
}

}  // namespace

void CheckWires(const Show& show, Issues& issues) {
  const std::vector<bool> heard = HeardTasks(show);
  for (const ShowTask& task : show.tasks) {
    CheckInputs(show, task, issues);
    if (!heard[PlaceOf(show, task)]) {
      issues.Warning("tasks." + task.name, "feeds no task and no output: nobody hears it");
    }
  }
  const Rows rows = RowsOf(show);
  if (rows.longest > kMostInARow) {
    return issues.Error("tasks", "has " + std::to_string(rows.longest) +
                                     " tasks in a row; at most " + std::to_string(kMostInARow) +
                                     " are possible");
  }
  if (rows.in_cycles > kMostInARow) {
    return issues.Error("tasks", std::to_string(rows.in_cycles) +
                                     " tasks hear themselves by way of others; sound cannot "
                                     "depend on itself, remove wires until none does");
  }
  CycleSearch search(show, issues);
  for (const ShowTask& task : show.tasks) search.From(task);
}

void CheckOutputs(const Show& show, Issues& issues) {
  if (show.outputs.empty()) {
    issues.Error("outputs",
                 "a show needs an output: `outputs: {foh: {from: master, feeds: [a, b]}}`");
  }
  std::vector<std::string> names, nodes;
  for (const ShowOutput& output : show.outputs) {
    const std::string field = "outputs." + output.name;
    if (const std::string wrong = CheckName(output.name); !wrong.empty())
      issues.Error(field, wrong);
    if (FindShowTask(show, output.from) == nullptr) {
      issues.Error(field + ".from", "there is no task \"" + output.from + "\"" +
                                        DidYouMean(output.from, TaskNames(show)));
    }
    if (output.feeds.empty()) issues.Error(field + ".feeds", "needs at least one feed: [a]");
    for (const ShowFeed& feed : output.feeds) {
      if (const std::string wrong = CheckName(feed.name); !wrong.empty()) {
        issues.Error(field + ".feeds", wrong);
      }
      const std::string name = output.name + "-" + feed.name;
      if (std::find(names.begin(), names.end(), name) != names.end()) {
        issues.Error(field + ".feeds", "there are two feeds \"" + name + "\"; rename one");
      }
      names.push_back(name);
      if (feed.on.empty()) continue;
      if (std::find(nodes.begin(), nodes.end(), feed.on) != nodes.end()) {
        issues.Error(field + ".feeds." + feed.name,
                     "\"" + feed.on + "\" has a feed already; each needs a node of its own");
      }
      nodes.push_back(feed.on);
    }
  }
}

}  // namespace continuo::coordinator
