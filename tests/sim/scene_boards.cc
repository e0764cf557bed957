// SPDX-License-Identifier: Apache-2.0
#include "sim/scene_boards.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/scene.h"

namespace continuo::sim {

using coordinator::Show;
using coordinator::ShowTask;

void AddBoards(Scene& scene, Dice dice) {
  Show& show = scene.show;
  std::vector<ShowTask*> stages;
  for (ShowTask& task : show.tasks) {
    const bool may = !task.inputs.empty() && task.name != "master" && task.name != "solo";
    if (may && task.kind != "settling") stages.push_back(&task);
  }
  if (stages.empty()) return;
  for (ShowTask& task : show.tasks) task.lead = 0;
  scene.boards = stages.size() > 1 && dice.Chance(0.4) ? 2 : 1;
  scene.bridges = dice.Fork(1).Chance(0.4) ? 2 : 1;
  for (std::size_t i = 0; i < stages.size() && i < 3; ++i) {
    ShowTask& task = *stages[i];
    const std::size_t board = 1 + i % static_cast<std::size_t>(scene.boards);
    const std::int64_t beside = dice.Between(1, scene.compute);
    task.on = {"mcu" + std::to_string(board), "node" + std::to_string(beside)};
    if (dice.Chance(0.4)) task.on.push_back("node" + std::to_string(beside % scene.compute + 1));
    // A place that is left over is one to move to.
    const bool is_full = task.on.size() == 2 || dice.Chance(0.5);
    task.redundancy = is_full ? static_cast<int>(task.on.size()) : 2;
    task.automation.clear();
    for (coordinator::ShowScene& one : show.scenes) {
      std::erase_if(one.tasks, [&task](const auto& part) { return part.task == task.name; });
    }
  }
}

void DrawBoardChanges(Scene& scene, Dice dice) {
  std::vector<const ShowTask*> kept;
  for (const ShowTask& task : scene.show.tasks) {
    if (!task.on.empty()) kept.push_back(&task);
  }
  const Nanoseconds gap = Ms(dice.Between(1500, 6000));
  for (Nanoseconds t = Ms(500); t < scene.length; t += dice.Between(gap / 2, gap * 3 / 2)) {
    const ShowTask& task =
        *kept[static_cast<std::size_t>(dice.Below(static_cast<std::int64_t>(kept.size())))];
    Wish wish;
    wish.at = t;
    if (dice.Chance(0.7)) {
      const auto to = dice.Below(static_cast<std::int64_t>(task.on.size()));
      coordinator::MoveRequested move;
      move.task = task.name;
      move.to = task.on[static_cast<std::size_t>(to)];
      wish.text = "move " + move.task + " to " + move.to;
      wish.what = move;
    } else {
      Wish back;
      back.at = t + Ms(dice.Between(500, 3000));
      back.what = coordinator::DrainRequested{0, task.on.front(), false};
      back.text = "undrain " + task.on.front();
      scene.wishes.push_back(std::move(back));
      coordinator::DrainRequested drain;
      drain.node = task.on.front();
      wish.text = "drain " + drain.node;
      wish.what = drain;
    }
    scene.wishes.push_back(std::move(wish));
  }
  std::ranges::stable_sort(scene.wishes, {}, &Wish::at);
}

}  // namespace continuo::sim
