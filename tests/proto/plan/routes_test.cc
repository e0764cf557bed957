// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/routes.h"

#include <gtest/gtest.h>

#include "proto/plan/example_plan.h"
#include "proto/wire/rtp.h"

namespace continuo::plan {
namespace {

class RoutesTest : public ::testing::Test {
 protected:
  std::vector<NodeId> Receivers(TaskId task) const {
    return ReceiversOf(plan_, *FindTask(plan_, task));
  }
  Plan plan_ = ExamplePlan::Make();
};

TEST_F(RoutesTest, TheConductorGoesToAllWhoCompute) {
  EXPECT_EQ(Receivers(dsp::kConductorId), (std::vector<NodeId>{1, 2, 3}));
}

TEST_F(RoutesTest, ATaskGoesToTheNodesOfItsConsumers) {
  EXPECT_EQ(Receivers(10), (std::vector<NodeId>{1, 2, 3})) << "reverb and master";
  EXPECT_EQ(Receivers(12), (std::vector<NodeId>{1, 2, 3}))
      << "also to those who compute it: their twin's copy counts";
  EXPECT_EQ(Receivers(13), (std::vector<NodeId>{4, 5}));
}

TEST_F(RoutesTest, ATaskThatNobodyHearsGoesNowhere) {
  plan_.outputs.clear();
  EXPECT_TRUE(Receivers(13).empty());
}

TEST_F(RoutesTest, AnOutputNodeDoesNotHearWhatItDoesNotPlay) {
  EXPECT_FALSE(Consumes(plan_, 4, *FindTask(plan_, 10)));
  EXPECT_FALSE(Consumes(plan_, 4, plan_.tasks[0])) << "it has nothing to compute";
}

TEST_F(RoutesTest, DepthIsTheLongestWay) {
  EXPECT_EQ(Depths(plan_), (std::vector<int>{0, 1, 1, 2, 3}));
}

TEST_F(RoutesTest, RunsWhereItsReplicasAre) {
  EXPECT_TRUE(RunsOn(plan_.tasks[3], 3));
  EXPECT_FALSE(RunsOn(plan_.tasks[3], 2));
}

TEST_F(RoutesTest, AWidePortIsSplitIntoStreamsOfItsOwn) {
  Task task = plan_.tasks[1];
  task.description.channels = 8;
  const auto streams = StreamsOf(task, 96);
  ASSERT_EQ(streams.size(), 3u);
  int next = 0;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    EXPECT_EQ(streams[i].id.group, i);
    EXPECT_EQ(streams[i].ssrc, stream::SsrcOf(streams[i].id));
    EXPECT_EQ(streams[i].first_channel, next);
    EXPECT_EQ(streams[i].payload_bytes, static_cast<std::size_t>(streams[i].channels) * 96 * 4);
    EXPECT_LE(streams[i].payload_bytes, wire::kMaxPayloadBytes);
    next += streams[i].channels;
  }
  EXPECT_EQ(next, 8);
}

TEST_F(RoutesTest, TheConductorHasOneControlStream) {
  const auto streams = StreamsOf(plan_.tasks[0], 48);
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_TRUE(streams[0].control);
  EXPECT_EQ(streams[0].payload_bytes, wire::kMaxPayloadBytes);
}

TEST_F(RoutesTest, AnotherGenerationIsAnotherStream) {
  Task next = plan_.tasks[1];
  ++next.generation;
  EXPECT_NE(StreamsOf(next, 48)[0].ssrc, StreamsOf(plan_.tasks[1], 48)[0].ssrc);
}

}  // namespace
}  // namespace continuo::plan
