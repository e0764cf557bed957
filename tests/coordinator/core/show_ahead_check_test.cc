// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>

#include "coordinator/core/alignment.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/stage.h"

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

}  // namespace
}  // namespace continuo::coordinator
