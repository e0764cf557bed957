// SPDX-License-Identifier: Apache-2.0
#include "sim/scene.h"

#include <algorithm>

#include "proto/wire/event.h"
#include "sim/material.h"

namespace continuo::sim {
namespace {

/// Operators move, drain and rebalance.
constexpr bool kOperations = true;

using What = coordinator::Inbox::What;
using coordinator::EventRequested;
using coordinator::Show;
using coordinator::ShowTask;

plan::Timing MakeTiming(Dice dice) {
  plan::Timing timing;
  const Frames silences[] = {FramesOfMs(20), FramesOfMs(24), FramesOfMs(40), FramesOfMs(100),
                             FramesOfMs(250)};
  timing.silence = dice.Of(silences);
  // Above the silence by an exchange and by what two clocks may differ.
  timing.promise = timing.silence + FramesOfMs(dice.Between(12, 50));
  timing.lead = timing.promise + FramesOfMs(dice.Between(4, 60));
  timing.playout = FramesOfMs(dice.Between(80, 300));
  return timing;
}

void AddSource(Show& show, const std::string& name, bool real_dsp, Dice& dice) {
  ShowTask task;
  task.name = name;
  task.kind = real_dsp ? "synth" : "hash";
  task.channels = real_dsp ? 2 : 1;
  if (real_dsp || dice.Chance(0.8)) {
    task.notes = coordinator::ShowNotes{.file = "song", .channels = {}, .loop = true};
    task.notes->channels.push_back(static_cast<int>(dice.Between(1, 3)));
  }
  show.tasks.push_back(task);
}

void AddStage(Show& show, const std::string& name, const std::vector<std::string>& from,
              bool real_dsp, Dice& dice) {
  ShowTask task;
  task.name = name;
  const char* const effects[] = {"gain", "delay", "eq", "reverb"};
  task.kind = !real_dsp ? "hash" : from.size() > 1 ? "mixer" : dice.Of(effects);
  task.channels = real_dsp ? 2 : 1;
  for (std::size_t i = 0; i < from.size(); ++i) {
    task.inputs.push_back({from[i], real_dsp && from.size() == 1 ? 0 : static_cast<int>(i)});
  }
  show.tasks.push_back(task);
}

/// Sources, stages over them, and a master that hears whatever nobody else hears.
void AddTasks(Show& show, int count, bool real_dsp, Dice dice) {
  std::vector<std::string> open;
  const int sources = std::max(1, count / 2);
  for (int i = 0; i < sources; ++i) {
    const std::string name = "source" + std::to_string(i + 1);
    AddSource(show, name, real_dsp, dice);
    open.push_back(name);
  }
  for (int i = sources; i + 1 < count; ++i) {
    const std::string name = "stage" + std::to_string(i + 1);
    const auto inputs = static_cast<std::size_t>(dice.Between(1, 2));
    std::vector<std::string> from;
    while (from.size() < inputs && !open.empty()) {
      const auto at = dice.Below(static_cast<std::int64_t>(open.size()));
      from.push_back(open[static_cast<std::size_t>(at)]);
      open.erase(open.begin() + at);
    }
    AddStage(show, name, from, real_dsp, dice);
    open.push_back(name);
  }
  AddStage(show, "master", open, real_dsp, dice);
  if (real_dsp) show.tasks.back().kind = "mixer";
  if (real_dsp || !dice.Fork(1).Chance(0.2)) return;
  // A stage that cannot hand over its state.
  for (ShowTask& task : show.tasks) {
    if (!task.inputs.empty() && dice.Chance(0.5)) task.kind = "settling";
  }
}

/// A task that nobody hears but an output of its own: with one replica and a witness.
void AddSolo(Show& show, bool real_dsp) {
  ShowTask task;
  task.name = "solo";
  task.kind = real_dsp ? "gain" : "hash";
  task.channels = real_dsp ? 2 : 1;
  task.redundancy = 1;
  task.inputs.push_back({"source1", 0});
  show.tasks.push_back(task);
  show.outputs.push_back({"side", "solo", {{"z", ""}}});
}

/// Some stages look ahead, and the master hears a source past them: ways of unequal length meet.
void LookAhead(Show& show, bool real_dsp, Dice dice) {
  for (ShowTask& task : show.tasks) {
    const bool may = real_dsp ? task.inputs.size() == 1 : task.kind == "hash";
    if (task.inputs.empty() || task.name == "master" || !may || !dice.Chance(0.6)) continue;
    const char* const effects[] = {"compressor", "limiter", "gate", "shaper"};
    task.kind = real_dsp ? dice.Of(effects) : "late";
  }
  const auto master = std::ranges::find(show.tasks, "master", &ShowTask::name);
  master->inputs.push_back({"source1", static_cast<int>(master->inputs.size())});
}

/// Some sources compute further ahead than the promise.
void RunAhead(Show& show, Dice dice) {
  for (ShowTask& task : show.tasks) {
    if (!task.inputs.empty() || !dice.Chance(0.5)) continue;
    task.lead = show.timing.promise + FramesOfMs(dice.Between(0, 800));
  }
}

std::string AnyParam(const ShowTask& task, Dice& dice) {
  return task.kind == "hash" || task.kind == "late" ? (dice.Chance(0.5) ? "a" : "b")
         : task.kind == "synth"                     ? "cutoff"
         : task.kind == "delay"                     ? "feedback"
         : task.kind == "reverb"                    ? "mix"
         : task.kind == "mixer"                     ? "gain.1"
         : task.kind == "eq"                        ? "gain.1"
         : task.kind == "settling"                  ? "a"
         : task.kind == "compressor"                ? "makeup"
         : task.kind == "gate"                      ? "range"
         : task.kind == "shaper"                    ? "drive"
                                                    : "gain";
}

/// Within the range of AnyParam of any kind.
float AnyValue(const ShowTask& task, Dice& dice) {
  return task.kind == "synth" ? static_cast<float>(dice.Between(200, 4000))
                              : static_cast<float>(dice.Between(0, 95)) * 0.01f;
}

/// Parameters of some tasks go along the music.
void AddAutomation(Show& show, Dice dice) {
  for (ShowTask& task : show.tasks) {
    if (task.kind == "settling" || !dice.Chance(0.5)) continue;
    coordinator::ShowCurve& curve = task.automation.emplace_back();
    curve.param = AnyParam(task, dice);
    std::int64_t bar = 1;
    for (std::int64_t i = dice.Between(1, 8); i > 0; --i) {
      const dsp::CurveShape shapes[] = {dsp::CurveShape::kAsKnob, dsp::CurveShape::kLinear,
                                        dsp::CurveShape::kStep};
      curve.points.push_back(
          {{bar, static_cast<int>(dice.Between(1, 4)), static_cast<int>(dice.Between(0, 959))},
           AnyValue(task, dice),
           dice.Of(shapes)});
      bar += dice.Between(1, 4);
    }
  }
}

/// Three that set something of most tasks.
void AddScenes(Show& show, Dice dice) {
  for (const char* const name : {"verse", "chorus", "bridge"}) {
    coordinator::ShowScene& scene = show.scenes.emplace_back();
    scene.name = name;
    for (const ShowTask& task : show.tasks) {
      if (dice.Chance(0.7))
        scene.tasks.push_back({task.name, {{AnyParam(task, dice), AnyValue(task, dice)}}});
    }
  }
}

/// The music gets faster and slower along its way.
void AddTempoMap(Show& show, Dice dice) {
  session::BarBeat at;
  for (std::int64_t i = dice.Between(1, 6); i > 0; --i) {
    at = {at.bar + dice.Between(1, 3), static_cast<int>(dice.Between(1, 4)),
          static_cast<int>(dice.Between(0, 959))};
    show.tempo_changes.push_back({at, dice.Between(60'000, 200'000)});
  }
}

Show MakeShow(const Scene& scene, Dice dice) {
  Show show;
  show.name = "seed";
  const int quanta[] = {96, 96, 96, 96, 64, 48};
  show.quantum = scene.machines() > 8 ? 96 : dice.Of(quanta);
  show.redundancy = dice.Chance(0.3) ? 3 : 2;
  show.tempo_mbpm = dice.Between(60'000, 200'000);
  if (dice.Fork(3).Chance(0.4)) AddTempoMap(show, dice.Fork(4));
  show.timing = MakeTiming(dice.Fork(1));
  show.assets.push_back({"song", coordinator::AssetKind::kNotes, "song.mid"});
  const int tasks = scene.machines() > 12 ? 14 : static_cast<int>(dice.Between(3, 7));
  AddTasks(show, tasks, scene.real_dsp, dice.Fork(2));
  coordinator::ShowOutput output{"foh", "master", {}};
  for (int i = 0; i < scene.outputs - (scene.cold ? 1 : 0); ++i)
    output.feeds.push_back({std::string(1, static_cast<char>('a' + i)), ""});
  show.outputs.push_back(output);
  if (scene.cold) AddSolo(show, scene.real_dsp);
  if (dice.Fork(8).Chance(0.3)) LookAhead(show, scene.real_dsp, dice.Fork(9));
  if (dice.Fork(10).Chance(0.25)) RunAhead(show, dice.Fork(11));
  if (dice.Fork(12).Chance(0.25)) {
    for (coordinator::ShowOutput& one : show.outputs) one.offset = dice.Fork(13).Between(0, 12'000);
  }
  if (dice.Fork(5).Chance(0.4)) AddAutomation(show, dice.Fork(6));
  AddScenes(show, dice.Fork(7));
  return show;
}

/// Stages whose second replica is on a board, as far as a board can play them.
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

/// In mid-play one more task comes into the show, and the master hears it from then on.
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

/// Boards are drained for a while, and what is kept on them is moved there and away.
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

}  // namespace

const std::vector<std::string>& Scene::KeptOn(std::string_view task) const {
  static const std::vector<std::string> anywhere;
  const auto at = std::ranges::find(show.tasks, task, &ShowTask::name);
  return at == show.tasks.end() ? anywhere : at->on;
}

const char* ToString(FaultKind kind) {
  static constexpr const char* kNames[kFaultKinds] = {
      "kill",     "stall",     "cut",        "flap",     "unplug", "one way",   "deaf", "loss",
      "delay",    "crash",     "freeze",     "link",     "slow",   "transfer",  "flip", "full",
      "election", "off store", "off agents", "off both", "torn",   "lost sync", "rot"};
  return kNames[static_cast<int>(kind)];
}

Scene MakeScene(std::uint64_t seed, bool real_dsp, int machines, bool boards) {
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
  if (boards && !scene.reckless && scene.compute <= 6) AddBoards(scene, dice.Fork(51));
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
  if (kOperations) DrawChanges(scene, dice.Fork(5));
  if (kOperations && scene.boards > 0) DrawBoardChanges(scene, dice.Fork(52));
  return scene;
}

}  // namespace continuo::sim
