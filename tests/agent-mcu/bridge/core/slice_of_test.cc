// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/slice_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "agent/rt/test_show.h"
#include "proto/mcu/frame.h"

namespace continuo::mcu {
namespace {

using test::TestShow;
using testing::HasSubstr;
using testing::SizeIs;

constexpr plan::NodeId kBoard = TestShow::kSpare;

/// The show, with a replica of each of these tasks on the board.
plan::Plan PlanWithBoard(std::vector<plan::TaskId> tasks) {
  const TestShow show({});
  plan::Plan plan = show.plan();
  for (plan::Task& task : plan.tasks) {
    if (std::ranges::find(tasks, task.description.id) == tasks.end()) continue;
    task.replicas.back().node = kBoard;
    task.replicas.back().incarnation = 50 + task.description.id;
  }
  return plan;
}

TEST(SliceOfTest, EachTaskOfTheBoardIsASliceAndWhoIsHeardIsBeforeWhoHears) {
  std::vector<Slice> slices;
  ASSERT_EQ(SlicesOf(PlanWithBoard({TestShow::kMaster, TestShow::kWarm}), kBoard, slices), "");
  ASSERT_THAT(slices, SizeIs(2));
  EXPECT_EQ(slices[0].task.id, TestShow::kWarm);
  EXPECT_EQ(slices[1].task.id, TestShow::kMaster);
  EXPECT_NE(slices[0].self, slices[1].self);
  // Mixed from three tasks, with the conductor.
  EXPECT_THAT(slices[1].feeds, SizeIs(3));
  EXPECT_THAT(slices[1].received, SizeIs(4));
}

TEST(SliceOfTest, WhatTheBoardDoesNotPlayIsNoSlice) {
  std::vector<Slice> slices(1);
  EXPECT_EQ(SlicesOf(PlanWithBoard({}), kBoard, slices), "");
  EXPECT_THAT(slices, SizeIs(0));
}

TEST(SliceOfTest, WhatABoardCannotDoIsRefusedByTheNameOfTheTask) {
  std::vector<Slice> slices;
  EXPECT_THAT(SlicesOf(PlanWithBoard({TestShow::kBass}), kBoard, slices),
              HasSubstr("task bass plays notes of a file"));
}

TEST(SliceOfTest, ANinthTaskHasNoSeat) {
  plan::Plan plan = PlanWithBoard({TestShow::kWarm});
  const auto is_warm = [](const plan::Task& task) {
    return task.description.id == TestShow::kWarm;
  };
  const plan::Task warm = *std::ranges::find_if(plan.tasks, is_warm);
  const auto add = [&plan, &warm](plan::TaskId id) {
    plan.tasks.push_back(warm);
    plan.tasks.back().description.id = id;
    plan.tasks.back().description.name = std::string_view("warm" + std::to_string(id));
    plan.tasks.back().replicas.back().incarnation = 50 + id;
  };
  for (plan::TaskId i = 1; i < kMaxParts; ++i) add(100 + i);
  std::vector<Slice> slices;
  EXPECT_EQ(SlicesOf(plan, kBoard, slices), "");
  EXPECT_THAT(slices, SizeIs(kMaxParts));
  add(200);
  EXPECT_THAT(SlicesOf(plan, kBoard, slices), HasSubstr("8 seats"));
}

}  // namespace
}  // namespace continuo::mcu
