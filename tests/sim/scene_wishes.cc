// SPDX-License-Identifier: Apache-2.0
#include "sim/scene_wishes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/wire/event.h"
#include "sim/material.h"
#include "sim/scene.h"
#include "sim/scene_show.h"

namespace continuo::sim {
namespace {

using What = coordinator::Inbox::What;
using coordinator::EventRequested;
using coordinator::ShowTask;

EventRequested Param(const Scene& scene, Dice& dice) {
  EventRequested wish;
  const auto& tasks = scene.show.tasks;
  const ShowTask& task =
      tasks[static_cast<std::size_t>(dice.Below(static_cast<std::int64_t>(tasks.size())))];
  wish.task = task.name;
  wish.param = AnyParam(task, dice);
  wish.value = Event::FromFloat(AnyValue(task, dice));
  return wish;
}

EventRequested Session(const Scene& scene, Dice& dice) {
  EventRequested wish;
  if (dice.Chance(0.2)) {
    wish.command = Command::kScene;
    const auto count = static_cast<std::int64_t>(scene.show.scenes.size());
    wish.scene = scene.show.scenes[static_cast<std::size_t>(dice.Below(count))].name;
    return wish;
  }
  if (dice.Chance(0.08)) {  // mostly the end of it: what nobody hears proves nothing
    wish.command = Command::kMute;
    wish.value = dice.Chance(0.3) ? 1 : 0;
    return wish;
  }
  const Command commands[] = {Command::kPlay, Command::kStop, Command::kTempo, Command::kMeter,
                              Command::kLocate};
  wish.command = dice.Of(commands);
  if (wish.command == Command::kTempo) wish.value = dice.Between(60'000, 200'000);
  if (wish.command == Command::kMeter) wish.value = dice.Between(2, 7) << 8 | 4;
  if (wish.command == Command::kLocate) wish.locate_to = {dice.Between(1, 60), 1, 0};
  return wish;
}

std::string AnyNode(const Scene& scene, Dice& dice) {
  if (dice.Chance(0.05)) return "nowhere";
  return "node" + std::to_string(dice.Between(1, scene.compute));
}

What AnyChange(const Scene& scene, Dice& dice, std::string& text) {
  const auto& tasks = scene.show.tasks;
  const std::string& task =
      tasks[static_cast<std::size_t>(dice.Below(static_cast<std::int64_t>(tasks.size())))].name;
  const std::int64_t kind = dice.Below(100);
  if (kind < 50) {
    coordinator::MoveRequested wish;
    wish.task = dice.Chance(0.15) ? "conductor" : task;
    if (dice.Chance(0.7)) wish.to = AnyNode(scene, dice);
    text = "move " + wish.task + " to " + wish.to;
    return wish;
  }
  if (kind < 68) {
    coordinator::DrainRequested wish;
    wish.node = AnyNode(scene, dice);
    text = "drain " + wish.node;
    return wish;
  }
  if (kind < 78) {
    text = "rebalance";
    return coordinator::RebalanceRequested{0, dice.Chance(0.3)};
  }
  if (kind < 92) {
    coordinator::ReplicasRequested wish;
    wish.task = task;
    wish.replicas = static_cast<int>(dice.Between(2, 4));
    text = "replicas of " + wish.task + ": " + std::to_string(wish.replicas);
    return wish;
  }
  coordinator::OperationCancelled wish;
  wish.operation = static_cast<coordinator::OperationId>(dice.Between(1, 12));
  text = "cancel " + std::to_string(wish.operation);
  return wish;
}

}  // namespace

void DrawWishes(Scene& scene, Dice dice) {
  const Nanoseconds gap = Ms(dice.Between(50, 400));
  for (Nanoseconds t = -Ms(900); t < scene.length; t += dice.Between(gap / 2, gap * 3 / 2)) {
    Wish wish;
    wish.at = t;
    EventRequested event;
    const double kind = static_cast<double>(dice.Below(1000)) / 1000;
    if (kind < 0.72) {
      event = Param(scene, dice);
    } else if (kind < 0.95) {
      event = Session(scene, dice);
    } else {  // what must be refused
      event = Param(scene, dice);
      (dice.Chance(0.5) ? event.task : event.param) = "nothing";
    }
    wish.text = event.command == Command::kParam ? event.task + " " + event.param : "session";
    wish.what = std::move(event);
    scene.wishes.push_back(std::move(wish));
  }
}

void DrawShowChange(Scene& scene, Dice dice) {
  coordinator::ShowApplied applied;
  applied.show = scene.show;
  applied.source = "show: another";
  applied.assets = Imported();
  ShowTask extra;
  extra.name = "extra";
  extra.kind = scene.real_dsp ? "gain" : "hash";
  extra.channels = scene.real_dsp ? 2 : 1;
  extra.inputs.push_back({"source1", 0});
  auto& tasks = applied.show.tasks;
  const auto master = std::find_if(tasks.begin(), tasks.end(),
                                   [](const ShowTask& task) { return task.name == "master"; });
  master->inputs.push_back({"extra", 0});  // a port more would make another task of it
  tasks.insert(master, extra);
  scene.wishes.push_back(
      {Ms(dice.Between(2000, 12'000)), std::move(applied), "show apply, changed"});
}

void DrawChanges(Scene& scene, Dice dice) {
  const Nanoseconds gap = Ms(dice.Between(700, 4000));
  for (Nanoseconds t = Ms(300); t < scene.length; t += dice.Between(gap / 2, gap * 3 / 2)) {
    Wish wish;
    wish.at = t;
    wish.what = AnyChange(scene, dice, wish.text);
    if (const auto* drain = std::get_if<coordinator::DrainRequested>(&wish.what)) {
      // Not for ever, or the seed ends with one node.
      Wish back;
      back.at = t + Ms(dice.Between(500, 5000));
      back.what = coordinator::DrainRequested{0, drain->node, false};
      back.text = "undrain " + drain->node;
      scene.wishes.push_back(std::move(back));
    }
    scene.wishes.push_back(std::move(wish));
  }
  std::stable_sort(scene.wishes.begin(), scene.wishes.end(),
                   [](const Wish& a, const Wish& b) { return a.at < b.at; });
}

}  // namespace continuo::sim
