// SPDX-License-Identifier: Apache-2.0
#include "sim/fleet/great_show.h"

#include <deque>
#include <string>
#include <utility>

namespace continuo::sim {
namespace {

constexpr int kBus = 8;

/// Busses that it takes to sum so many into one.
constexpr int BussesFor(int sources) {
  return (sources - 1 + kBus - 2) / (kBus - 1);
}

coordinator::ShowTask Task(std::string name, const char* kind, int number) {
  coordinator::ShowTask task;
  task.name = std::move(name);
  task.kind = kind;
  if (number % 5 == 0) task.redundancy = 1;
  return task;
}

}  // namespace

coordinator::Show GreatShow(int tasks, int edition) {
  coordinator::Show show;
  show.name = "great";
  int sources = 1;
  while (sources + 1 + BussesFor(sources + 1) <= tasks) ++sources;
  std::deque<std::string> open;
  const auto turned = static_cast<float>(-12 - edition % 6);
  for (int i = 0; i < sources; ++i) {
    const bool other = i % 8 == 3 && edition % 2 == 1;
    auto& task =
        show.tasks.emplace_back(Task("source-" + std::to_string(i), other ? "synth" : "signal", i));
    if (!other) task.params = {{"level", turned}};
    open.push_back(task.name);
  }
  for (int bus = 0; static_cast<int>(show.tasks.size()) < tasks; ++bus) {
    auto& task = show.tasks.emplace_back(Task("bus-" + std::to_string(bus), "gain", bus));
    task.params = {{"gain", turned}};
    for (int i = 0; i < kBus && !open.empty(); ++i) {
      task.inputs.push_back({open.front(), 0});
      open.pop_front();
    }
    open.push_back(task.name);
  }
  show.outputs.push_back({"hall", show.tasks.back().name, {{"a", "node-0"}, {"b", "node-1"}}});
  return show;
}

}  // namespace continuo::sim
