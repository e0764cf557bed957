// SPDX-License-Identifier: Apache-2.0
#include "sim/scene_show.h"

#include <algorithm>

#include "sim/scene.h"

namespace continuo::sim {
namespace {

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

}  // namespace

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

float AnyValue(const ShowTask& task, Dice& dice) {
  return task.kind == "synth" ? static_cast<float>(dice.Between(200, 4000))
                              : static_cast<float>(dice.Between(0, 95)) * 0.01f;
}

namespace {

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

}  // namespace

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

}  // namespace continuo::sim
