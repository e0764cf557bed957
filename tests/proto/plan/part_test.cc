// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/part.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "proto/plan/example_plan.h"
#include "proto/plan/link.h"
#include "proto/plan/routes.h"
#include "proto/plan/validate.h"

namespace continuo::plan {
namespace {

// Thirty sources in a row of busses of two: a chain in which each knows its neighbours alone.
Plan Chain() {
  Plan plan = ExamplePlan::Make();
  plan.tasks.resize(1);
  for (TaskId id = 2; id <= 31; ++id) {
    const auto node = static_cast<NodeId>(1 + id % 5);
    const std::string name = "t" + std::to_string(id);
    Task task = id == 2 ? ExamplePlan::MakeTask(id, name.c_str(), {}, {node})
                        : ExamplePlan::MakeTask(id, name.c_str(), {id - 1}, {node});
    task.wanted = 1;
    task.description.params.push_back({0, 1.5f});
    plan.tasks.push_back(task);
  }
  plan.outputs = {{1, "a", 31, 4}};
  return plan;
}

std::vector<TaskId> TasksIn(const Plan& plan) {
  std::vector<TaskId> tasks;
  for (const Task& task : plan.tasks) tasks.push_back(task.description.id);
  return tasks;
}

TEST(Part, IsAPlanThatValidateAccepts) {
  const Plan plan = Chain();
  const Parts parts(plan);
  for (const Node& node : plan.nodes) EXPECT_EQ(Validate(parts.Of(node.id)), "");
}

TEST(Part, HasWhatRunsThereWholeAndTheOthersWithoutWhatTheyAreMadeOf) {
  const Plan plan = Chain();
  const Plan part = Parts(plan).Of(3);  // conducts nothing
  for (const Task& task : part.tasks) {
    EXPECT_EQ(task.foreign, !RunsOn(task, 3)) << task.description.id;
    EXPECT_EQ(task.description.params.empty(), task.foreign || IsConductor(task));
  }
}

TEST(Part, LeavesOutWhatNeitherHearsNorIsHeard) {
  Plan plan = Chain();
  for (Task& task : plan.tasks) {
    if (!IsConductor(task)) task.replicas[0].node = task.description.id == 10 ? 5 : 3;
  }
  const Plan part = Parts(plan).Of(5);
  const std::vector<TaskId> tasks = TasksIn(part);
  for (const TaskId id : {1u, 9u, 10u, 11u}) EXPECT_TRUE(std::ranges::count(tasks, id)) << id;
  for (const TaskId id : {5u, 20u, 30u}) EXPECT_FALSE(std::ranges::count(tasks, id)) << id;
  EXPECT_LT(part.tasks.size(), 8u);
}

TEST(Part, SaysHowDeepATaskLiesInTheWholePlan) {
  const Plan plan = Chain();
  const std::vector<int> depths = Depths(plan);
  const Plan part = Parts(plan).Of(4);
  const std::vector<int> of_part = Depths(part);
  EXPECT_EQ(DeepestOf(part, of_part), 30);
  for (std::size_t i = 0; i < part.tasks.size(); ++i) {
    EXPECT_EQ(of_part[i], depths[part.tasks[i].description.id - 1u]);
  }
}

TEST(Part, GivesTheReceiversThatTheWholePlanGives) {
  const Plan plan = ExamplePlan::Make();
  const Parts parts(plan);
  for (const Node& node : plan.nodes) {
    const Plan part = parts.Of(node.id);
    EXPECT_EQ(ConsumedBy(part, node.id), ConsumedBy(plan, node.id));
    for (const Task& task : part.tasks) {
      if (task.foreign) continue;
      EXPECT_EQ(ReceiversOf(part, task), ReceiversOf(plan, task));
    }
  }
}

TEST(Part, IsKnownToBeOfAPlanByIdentity) {
  Plan plan = Chain();
  const Parts parts(plan);
  plan.start_n = 96 * 1000;
  EXPECT_TRUE(parts.index().AreOf(plan)) << "its head is no part of it";
  plan.tasks[3].wanted = 2;
  EXPECT_FALSE(parts.index().AreOf(plan));
}

TEST(PlanSent, OfALargePlanIsThePartOfItsNode) {
  PlanSent sent;
  sent.plan = Chain();
  sent.parts = std::make_shared<const Parts>(sent.plan);
  sent.to = 5;
  sent.asset_sources = {"coordinator:1", "pi-1:1", "pi-5:1"};
  sent.peers = {{1, "pi-1:1"}, {5, "pi-5:1"}};
  sent.plan.version = 7;
  const PlanSent made = ForItsNode(sent);
  EXPECT_EQ(made.plan.version, 7u);
  EXPECT_EQ(made.plan.deepest, 30);
  EXPECT_EQ(made.parts, nullptr);
  EXPECT_EQ(made.peers, (SharedList<Peer>{{1, "pi-1:1"}})) << "nobody asks himself";
  EXPECT_EQ(made.asset_sources, (SharedList<std::string>{"coordinator:1", "pi-1:1"}));
}

TEST(ValidatePart, DepthsOutOfRangeAreRefused) {
  Plan part = Parts(Chain()).Of(4);
  part.tasks.back().depth = 31;
  EXPECT_NE(Validate(part).find("a depth of 31; 1 to 30 are possible"), std::string::npos);
  part.deepest = 0;
  EXPECT_NE(Validate(part), "");
}

TEST(SharedList, ACopyIsOfTheSameItemsUntilOneIsWritten) {
  SharedList<std::string> a = {"one", "two", "three"};
  const SharedList<std::string> b = a;
  EXPECT_TRUE(a.IsSame(b));
  a[1] = "other";
  EXPECT_FALSE(a.IsSame(b));
  EXPECT_EQ(b[1], "two");
  EXPECT_EQ(&std::as_const(a)[0], &b[0]) << "what was not written is still shared";
  EXPECT_NE(a, b);
  a[1] = "two";
  EXPECT_EQ(a, b);
}

TEST(SharedList, ErasingNothingKeepsItShared) {
  SharedList<int> a = {1, 2, 3, 4};
  const SharedList<int> b = a;
  EXPECT_EQ(a.EraseIf([](int one) { return one > 4; }), 0u);
  EXPECT_TRUE(a.IsSame(b));
  EXPECT_EQ(a.EraseIf([](int one) { return one % 2 == 0; }), 2u);
  EXPECT_EQ(a, (SharedList<int>{1, 3}));
  EXPECT_EQ(b.size(), 4u);
}

TEST(SharedList, InsertsAndErasesInPlace) {
  SharedList<int> list = {1, 2, 4};
  list.insert(list.begin() + 2, 3);
  list.erase(list.begin());
  EXPECT_EQ(list, (SharedList<int>{2, 3, 4}));
  list.clear();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list, SharedList<int>{});
}

}  // namespace
}  // namespace continuo::plan
