// SPDX-License-Identifier: Apache-2.0
#include "sim/scene.h"

#include <algorithm>

#include "sim/scene_boards.h"
#include "sim/scene_show.h"
#include "sim/scene_wishes.h"

namespace continuo::sim {
namespace {

Nanoseconds LengthOf(FaultKind kind, Nanoseconds silence, Dice& dice) {
  switch (kind) {
    case FaultKind::kKill:
      return dice.Chance(0.8) ? Ms(dice.Between(50, 2000)) : Ms(dice.Between(2000, 5000));
    case FaultKind::kStall:
    case FaultKind::kFreeze:
      if (dice.Chance(0.3)) return dice.Between(Ms(5), silence);
      if (dice.Chance(0.5)) return dice.Between(silence / 2, 2 * silence);
      return Ms(dice.Between(5, 3000));
    case FaultKind::kDeaf:
      return dice.Between(Ms(1), silence / 2);
    case FaultKind::kCrash:
      return Ms(dice.Between(20, 2500));
    case FaultKind::kSlow:
      return Ms(dice.Between(20, 500));
    case FaultKind::kElection:
      return Ms(dice.Between(50, 2000));
    default:
      return Ms(dice.Between(1, 2500));
  }
}

/// Of one that has no store to be cut off from, the disk is at fault instead.
FaultKind WithoutStore(FaultKind kind) {
  switch (kind) {
    case FaultKind::kElection:
      return FaultKind::kTorn;
    case FaultKind::kOffStore:
      return FaultKind::kLostSync;
    case FaultKind::kOffBoth:
      return FaultKind::kRot;
    default:
      return kind;
  }
}

void DrawFaults(Scene& scene, Dice dice) {
  static constexpr int kWeights[kDrawnKinds] = {24, 16, 5, 5, 4, 5, 5, 4, 3, 8,
                                                4,  5,  3, 6, 3, 4, 4, 3, 3, 3};
  const int all = [] {
    int sum = 0;
    for (const int weight : kWeights) sum += weight;
    return sum;
  }();
  const Nanoseconds silence = scene.show.timing.silence * 1'000'000'000 / kSampleRate;
  const int count = scene.reckless ? 40 : 60;  // more than there is time for
  for (int i = 0; i < count; ++i) {
    Fault fault;
    std::int64_t at = dice.Below(all);
    int kind = 0;
    while (at >= kWeights[kind]) at -= kWeights[kind++];
    fault.kind = static_cast<FaultKind>(kind);
    fault.after = dice.Chance(0.5) ? Ms(dice.Between(1, 60)) : Ms(dice.Between(60, 700));
    fault.length = LengthOf(fault.kind, silence, dice);
    fault.pick = dice.Draw();
    if (scene.coordinators == 1) fault.kind = WithoutStore(fault.kind);
    scene.faults.push_back(fault);
  }
}

}  // namespace

const std::vector<std::string>& Scene::KeptOn(std::string_view task) const {
  static const std::vector<std::string> anywhere;
  const auto at = std::ranges::find(show.tasks, task, &coordinator::ShowTask::name);
  return at == show.tasks.end() ? anywhere : at->on;
}

const char* ToString(FaultKind kind) {
  static constexpr const char* kNames[kFaultKinds] = {
      "kill",     "stall",     "cut",        "flap",     "unplug", "one way",   "deaf", "loss",
      "delay",    "crash",     "freeze",     "link",     "slow",   "transfer",  "flip", "full",
      "election", "off store", "off agents", "off both", "torn",   "lost sync", "rot"};
  return kNames[static_cast<int>(kind)];
}

Scene MakeScene(std::uint64_t seed, bool real_dsp, int machines, std::optional<bool> boards) {
  const Dice dice(seed);
  Dice shape = dice.Fork(1);
  Scene scene;
  scene.seed = seed;
  scene.real_dsp = real_dsp || seed % 20 == 0;
  scene.reckless = shape.Chance(0.15);
  scene.outputs = static_cast<int>(shape.Between(1, 2));
  scene.compute = shape.Chance(0.1) ? static_cast<int>(shape.Between(8, 18))
                                    : static_cast<int>(shape.Between(4, 6));
  if (machines > 0) scene.compute = std::max(3, machines - scene.outputs);
  scene.cold = dice.Fork(6).Chance(0.2);
  if (dice.Fork(15).Chance(0.5)) {
    scene.coordinators = static_cast<int>(dice.Fork(16).Between(2, 3));
  }
  const std::int64_t snapshots[] = {30, 150, 600};
  scene.snapshot_every = dice.Fork(30).Of(snapshots);
  scene.power_cut = !scene.reckless && dice.Fork(18).Chance(0.1);
  if (scene.cold) ++scene.outputs;
  scene.length = Ms(20'000);
  scene.show = MakeShow(scene, dice.Fork(2));
  const bool wants_boards = boards.value_or(machines == 0 && dice.Fork(50).Chance(0.25));
  if (wants_boards && !scene.reckless && scene.compute <= 6) AddBoards(scene, dice.Fork(51));
  for (Network::Habits& habits : scene.habits) {
    habits.loss = shape.Chance(0.5) ? 0.001 : 0.0001;
    habits.twice = 0.005;
    habits.delay = Us(shape.Between(40, 400));
    habits.jitter = Us(shape.Between(20, 1500));
    habits.room = static_cast<std::size_t>(shape.Between(500, 4000));
  }
  scene.clock_offset_max = Us(shape.Between(0, 900));
  scene.clock_ppb_max = shape.Between(0, 20'000);
  const std::int64_t weights[] = {1, 20, 200, 2000};
  scene.state_weight = shape.Of(weights);
  if (scene.real_dsp) scene.state_weight = 1;  // real states are as large as they are
  DrawFaults(scene, dice.Fork(3));
  DrawWishes(scene, dice.Fork(4));
  if (dice.Fork(7).Chance(0.2)) DrawShowChange(scene, dice.Fork(8));
  DrawChanges(scene, dice.Fork(5));
  if (scene.boards > 0) DrawBoardChanges(scene, dice.Fork(52));
  return scene;
}

}  // namespace continuo::sim
