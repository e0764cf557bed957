// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/whole.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "proto/plan/example_plan.h"
#include "proto/plan/part.h"
#include "proto/plan/validate.h"

namespace continuo::plan {
namespace {

std::vector<Plan> PartsOf(const Plan& plan) {
  const Parts parts(plan);
  std::vector<Plan> all;
  for (const Node& node : plan.nodes) all.push_back(parts.Of(node.id));
  return all;
}

const Task* Named(const Plan& plan, std::string_view name) {
  return FindTask(plan, name);
}

TEST(Whole, IsWhatTheNodesHadTheirPartsOf) {
  const Plan plan = ExamplePlan::Make();
  std::vector<Plan> parts = PartsOf(plan);
  std::ranges::reverse(parts);
  const Assembled assembled = Assemble(parts);
  ASSERT_TRUE(assembled.whole);
  EXPECT_TRUE(*assembled.whole == plan);
  EXPECT_EQ(assembled.known, static_cast<int>(plan.tasks.size()));
}

TEST(Whole, NeedsSomebodyOfEachTask) {
  const Plan plan = ExamplePlan::Make();
  std::vector<Plan> parts = PartsOf(plan);
  const TaskId last = plan.tasks.back().description.id;
  std::erase_if(parts, [last](const Plan& part) {
    const Task* const task = FindTask(part, last);
    return task != nullptr && !task->foreign;
  });
  ASSERT_FALSE(parts.empty());
  const Assembled assembled = Assemble(parts);
  EXPECT_FALSE(assembled.whole);
  EXPECT_LT(assembled.known, assembled.all);
  EXPECT_EQ(assembled.all, static_cast<int>(plan.tasks.size()));
}

TEST(Whole, IsTheNewestThoughSomeHoldAnOlderOne) {
  const Plan before = ExamplePlan::Make();
  Plan plan = before;
  plan.version += 1;
  const std::size_t last = plan.tasks.size() - 1;
  plan.tasks[last].replicas[0].leaving = true;
  const NodeId host = plan.tasks[last].replicas[0].node;
  std::vector<Plan> parts = PartsOf(plan);
  const std::vector<Plan> old = PartsOf(before);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (plan.nodes[i].id != host) parts[i] = old[i];
  }
  const Assembled assembled = Assemble(parts);
  ASSERT_TRUE(assembled.whole);
  EXPECT_TRUE(*assembled.whole == plan);
  EXPECT_TRUE(AsHeld(*assembled.whole, old.front()).version == before.version);
}

TEST(Whole, WhatOnlyOlderPartsNameHasEnded) {
  const Plan before = ExamplePlan::Make();
  Plan plan = before;
  plan.version += 1;
  const Task ended = plan.tasks.back();
  plan.tasks.pop_back();
  plan.outputs.EraseIf(
      [&ended](const Output& output) { return output.from == ended.description.id; });
  std::vector<Plan> parts = PartsOf(plan);
  for (const Plan& part : PartsOf(before)) parts.push_back(part);
  const Assembled assembled = Assemble(parts);
  ASSERT_TRUE(assembled.whole);
  EXPECT_EQ(Named(*assembled.whole, ended.description.name.view()), nullptr);
  EXPECT_EQ(Validate(*assembled.whole), "");
}

TEST(Whole, GoesOnFromAWholeOlderOne) {
  const Plan before = ExamplePlan::Make();
  Plan plan = before;
  plan.version += 1;
  plan.tasks[1].wanted += 1;
  const Parts parts(plan);
  const NodeId host = std::as_const(plan).tasks[1].replicas[0].node;
  const Assembled assembled = Assemble(std::vector<Plan>{before, parts.Of(host)});
  ASSERT_TRUE(assembled.whole);
  EXPECT_TRUE(*assembled.whole == plan);
}

}  // namespace
}  // namespace continuo::plan
