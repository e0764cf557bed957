// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>

#include "coordinator/core/alignment.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/stage.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Errors(const Show& show) {
  std::vector<std::string> errors;
  for (const Issue& issue : CheckShow(show, SmallAssets(), nullptr)) {
    if (!issue.warning) errors.push_back(issue.field + ": " + issue.text);
  }
  return errors;
}

ShowTask& TaskOf(Show& show, const std::string& name) {
  return *std::find_if(show.tasks.begin(), show.tasks.end(),
                       [&name](const ShowTask& task) { return task.name == name; });
}

TEST(ShowAhead, ASourceMayRunAheadAsFarAsRingsReach) {
  Show show = SmallShow();
  TaskOf(show, "voice").lead = FramesOfMs(1500);
  EXPECT_THAT(Errors(show), IsEmpty());
  TaskOf(show, "voice").lead = FramesOfMs(1701);
  EXPECT_THAT(Errors(show), ElementsAre(AllOf(HasSubstr("tasks.voice.lead: 1701ms is out of range"),
                                              HasSubstr("300ms (the promise) to 1700ms"))));
  TaskOf(show, "voice").lead = FramesOfMs(50);
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("50ms is out of range")));
}

TEST(ShowAhead, WhatHearsSomethingCannot) {
  Show show = SmallShow();
  TaskOf(show, "room").lead = FramesOfMs(1500);
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("tasks.room.lead: only what hears nothing")));
}

TEST(ShowAhead, AnOffsetFitsBesideThePromise) {
  Show show = SmallShow();
  show.outputs[0].offset = FramesOfMs(1000);
  EXPECT_THAT(Errors(show), IsEmpty());
  show.outputs[0].offset = FramesOfMs(1001);
  EXPECT_THAT(Errors(show), ElementsAre(AllOf(HasSubstr(".offset: 1001ms is out of range"),
                                              HasSubstr("0ms to 1000ms"))));
  show.outputs[0].offset = FramesOfMs(500);
  TaskOf(show, "voice").lead = FramesOfMs(1201);
  EXPECT_THAT(Errors(show), ElementsAre(HasSubstr("(the promise) to 1200ms")));
}

TEST(Alignment, OutputsOfShorterWaysWaitForTheOthers) {
  Show show = SmallShow();
  ShowTask limiter;
  limiter.name = "limit";
  limiter.kind = "limiter";
  limiter.inputs = {{show.outputs[0].from, 0}};
  show.tasks.push_back(limiter);
  show.outputs.push_back({"limited", "limit", {{"x", ""}}, 100});
  const std::vector<Frames> offsets = OffsetsOf(show);
  ASSERT_EQ(offsets.size(), 2u);
  EXPECT_GT(offsets[0], 0) << "as much as the limiter looks ahead";
  EXPECT_EQ(offsets[1], 100);
  show.outputs[1].from = show.outputs[0].from;
  EXPECT_THAT(OffsetsOf(show), ElementsAre(0, 100));
}

/// Any ages at which sound reaches a task: it came so many samples ago from its sources.
std::set<Frames> AgesInto(const std::vector<dsp::TaskDescription>& tasks,
                          const dsp::TaskDescription& task) {
  std::set<Frames> ages;
  for (const dsp::Wire& wire : task.wires) {
    const auto from = std::find_if(tasks.begin(), tasks.end(),
                                   [&](const auto& other) { return other.id == wire.from; });
    std::set<Frames> of_source = AgesInto(tasks, *from);
    if (of_source.empty()) of_source = {0};
    const Frames later = dsp::FindKernel(from->kind.view())->latency_frames + wire.delay;
    for (const Frames age : of_source) ages.insert(age + later);
  }
  return ages;
}

TEST(Alignment, WhateverTheWaysEveryTaskHearsAllOfThemAtOneAge) {
  constexpr const char* kKinds[] = {"limiter", "gain", "compressor", "shaper",
                                    "mixer",   "gate", "eq"};
  int delayed = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    std::mt19937 dice(seed);
    Show show = SmallShow();
    show.tasks = {};
    const int count = 3 + static_cast<int>(dice() % 12);
    for (int i = 0; i < count; ++i) {
      ShowTask& task = show.tasks.emplace_back();
      task.name = "t" + std::to_string(i);
      task.kind = i < 2 ? "synth" : kKinds[dice() % std::size(kKinds)];
      for (std::uint32_t w = i < 2 ? 0 : 1 + dice() % 3; w > 0; --w) {
        task.inputs.push_back({"t" + std::to_string(dice() % static_cast<std::uint32_t>(i)), 0});
      }
    }
    show.outputs[0].from = show.tasks.back().name;
    std::shuffle(show.tasks.begin(), show.tasks.end(), dice);
    ASSERT_THAT(Errors(show), IsEmpty()) << seed;
    const auto tasks = Compiled(show, SmallAssets());
    for (const dsp::TaskDescription& task : tasks) {
      ASSERT_LE(AgesInto(tasks, task).size(), 1u) << task.name.view() << " of seed " << seed;
      bool any_at_once = task.wires.empty();
      for (const dsp::Wire& wire : task.wires) {
        any_at_once |= wire.delay == 0;
        delayed += wire.delay > 0 ? 1 : 0;
      }
      EXPECT_TRUE(any_at_once) << "nothing waits for nothing";
    }
  }
  EXPECT_GT(delayed, 200);
}

}  // namespace
}  // namespace continuo::coordinator
