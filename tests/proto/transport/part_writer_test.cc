// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/part_writer.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/plan/example_plan.h"
#include "proto/plan/part.h"
#include "proto/transport/link_codec.h"

namespace continuo::transport {
namespace {

class PartWriterTest : public testing::Test {
 protected:
  PartWriterTest() {
    sent_.plan = plan::ExamplePlan::Make();
    sent_.plan.version = 7;
    sent_.asset_sources = {"coordinator:1", "pi-2:1", "pi-1:1", "far:1"};
    sent_.peers = {{1, "pi-1:1"}, {2, "pi-2:1"}, {3, "pi-3:1"}, {9, "far:1"}};
  }

  static std::string Bytes(const v1::ToAgent& message) { return message.SerializeAsString(); }

  /// What is written for each node is what ToProto says of the part that ForItsNode makes.
  void ExpectTheSame() {
    sent_.parts = memory_.Of(sent_.plan);
    for (plan::NodeId node = 1; node <= 6; ++node) {  // 6 is not in the plan
      SCOPED_TRACE(node);
      sent_.to = node;
      v1::ToAgent fast, whole, read;
      writer_.Write(sent_, fast);
      ToProto(sent_, whole);
      ASSERT_TRUE(read.ParseFromString(Bytes(fast)));
      EXPECT_EQ(read.DebugString(), whole.DebugString());
      EXPECT_TRUE(read.has_plan_sent());
      plan::ToAgent message;
      std::string error;
      FromProto(read, message, FieldPlace(error));
      EXPECT_EQ(error, "");
    }
  }

  plan::PlanSent sent_;
  plan::PartsMemory memory_;
  PartWriter writer_;
};

TEST_F(PartWriterTest, WritesWhatThePartOfEachNodeIs) {
  ExpectTheSame();
}

// The conductor's node knows one task of each node, of many.
TEST_F(PartWriterTest, WritesWhatThePartOfTheConductorIs) {
  plan::Plan& plan = sent_.plan;
  for (plan::TaskId id = 20; id < 40; ++id) {
    const auto node = static_cast<plan::NodeId>(3 + id % 3);
    const std::string name = "t" + std::to_string(id);
    plan.tasks.push_back(plan::ExamplePlan::MakeTask(id, name.c_str(), {}, {node}));
  }
  ExpectTheSame();
}

TEST_F(PartWriterTest, FollowsWhatChangesInThePlan) {
  ExpectTheSame();
  sent_.plan.version = 8;
  sent_.plan.start_n = sent_.plan.session.n0 = 96 * 1000;
  ExpectTheSame();
  sent_.plan.tasks[2].replicas[0].leaving = true;
  sent_.plan.tasks[2].description.params.push_back({0, 2.5f});
  ExpectTheSame();
  sent_.plan.nodes[1].networks[0].port += 1;
  ExpectTheSame();
  sent_.plan.outputs[0].before = sent_.plan.tasks[1].description.id;
  sent_.plan.outputs[0].since = 96 * 2000;
  ExpectTheSame();
}

TEST_F(PartWriterTest, FollowsWhereTasksStand) {
  ExpectTheSame();
  // Another source before all others: each task stands one place further.
  plan::Task first = std::as_const(sent_.plan).tasks[1];
  first.description.id = 99;
  first.description.name = "first";
  sent_.plan.tasks.insert(std::as_const(sent_.plan).tasks.begin() + 1, first);
  ExpectTheSame();
  // What it heard is gone: the wire that is left comes from another place in the list.
  const std::size_t last = sent_.plan.tasks.size() - 1;
  auto& wires = sent_.plan.tasks[last].description.wires;
  wires.erase(0);
  ExpectTheSame();
}

TEST_F(PartWriterTest, FollowsWhoMayBeAsked) {
  ExpectTheSame();
  sent_.asset_sources = {"pi-3:1", "other:1"};
  sent_.peers = {{3, "pi-3:1"}};
  ExpectTheSame();
  sent_.asset_sources = {};
  sent_.peers = {};
  ExpectTheSame();
}

}  // namespace
}  // namespace continuo::transport
