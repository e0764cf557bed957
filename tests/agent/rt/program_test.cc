// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/rt/test_show.h"
#include "proto/plan/part.h"

namespace continuo::agent::rt {
namespace {

using test::TestShow;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() : show_({}) {}

  Program Of(plan::NodeId node) {
    Program program;
    EXPECT_EQ(DeriveProgram(show_.plan(), node, program), "");
    return program;
  }
  std::string ErrorOf() {
    Program program;
    return DeriveProgram(show_.plan(), 1, program);
  }
  /// The node's replica of that task, or nullptr.
  static const ReplicaSpec* ReplicaOf(const Program& program, plan::TaskId task) {
    for (const ReplicaSpec& replica : program.replicas) {
      if (program.plan.tasks[replica.task].description.id == task) return &replica;
    }
    return nullptr;
  }
  static std::vector<plan::TaskId> ReceivedBy(const Program& program) {
    std::vector<plan::TaskId> tasks;
    for (const ReceivedSpec& received : program.received) {
      tasks.push_back(received.stream.id.task);
    }
    return tasks;
  }
  static std::vector<plan::NodeId> ReceiversOf(const ReplicaSpec& replica) {
    std::vector<plan::NodeId> nodes;
    for (const Peer& peer : replica.sent[0].receivers) nodes.push_back(peer.node);
    return nodes;
  }

  TestShow show_;
};

TEST_F(ProgramTest, FrontOfHouseReceivesWhatItPlaysAndNothingElse) {
  const Program program = Of(TestShow::kFohA);
  EXPECT_THAT(ReceivedBy(program), ElementsAre(TestShow::kMaster));
  EXPECT_THAT(program.replicas, IsEmpty());
  ASSERT_EQ(program.outputs.size(), 1u);
  EXPECT_EQ(program.outputs[0].feed().channels, 2);
}

TEST_F(ProgramTest, EveryNodeWithATaskHearsTheConductor) {
  for (const plan::NodeId node : {1, 2, 3}) {
    EXPECT_THAT(ReceivedBy(Of(node)), testing::Contains(dsp::kConductorId));
  }
}

TEST_F(ProgramTest, AReplicaSendsToConsumersOnOtherNodesAndDeliversHereWithoutANetwork) {
  // Master runs on nodes 1 and 2, drone on 2 and 3.
  const Program here = Of(2);
  const ReplicaSpec* const drone = ReplicaOf(here, TestShow::kDrone);
  ASSERT_NE(drone, nullptr);
  EXPECT_THAT(ReceiversOf(*drone), ElementsAre(1));
  EXPECT_GE(drone->sent[0].local, 0);
  const Program there = Of(3);
  EXPECT_THAT(ReceiversOf(*ReplicaOf(there, TestShow::kDrone)), UnorderedElementsAre(1, 2));
  EXPECT_EQ(ReplicaOf(there, TestShow::kDrone)->sent[0].local, -1);
}

TEST_F(ProgramTest, SenderAndReceiverNameAStreamAlike) {
  const Program sender = Of(1), receiver = Of(TestShow::kFohB);
  EXPECT_EQ(ReplicaOf(sender, TestShow::kMaster)->sent[0].stream.ssrc,
            receiver.received[0].stream.ssrc);
}

TEST_F(ProgramTest, AWidePortIsSplitIntoGroupsThatFitADatagram) {
  for (plan::Task& task : show_.plan().tasks) task.description.channels = 8;
  const Program program = Of(TestShow::kFohA);
  EXPECT_GT(program.outputs[0].feed().groups, 1);
  EXPECT_EQ(program.outputs[0].feed().channels, 8);
  int channels = 0;
  for (const ReceivedSpec& received : program.received) {
    EXPECT_EQ(received.stream.first_channel, channels);
    channels += received.stream.channels;
    EXPECT_LE(received.stream.payload_bytes, 1364u);
  }
  EXPECT_EQ(channels, 8);
}

TEST_F(ProgramTest, HoldDeadlinesGrowAlongTheChainAndStayBelowThePlayout) {
  const Program program = Of(1);
  Frames last = 0;
  for (const plan::TaskId task : {dsp::kConductorId, TestShow::kWarm, TestShow::kMaster}) {
    for (const plan::NodeId node : {1, 2, 3}) {
      const Program at = Of(node);
      if (ReplicaOf(at, task) == nullptr) continue;
      EXPECT_GT(ReplicaOf(at, task)->hold, last);
      EXPECT_LT(ReplicaOf(at, task)->hold, program.plan.timing.playout);
      last = ReplicaOf(at, task)->hold;
      break;
    }
  }
}

TEST_F(ProgramTest, PlansThatMakeNoSenseAreRefusedWithASentence) {
  show_.plan().outputs[0].from = 99;
  EXPECT_THAT(ErrorOf(), HasSubstr("foh-a"));
  show_.plan().tasks.erase(show_.plan().tasks.begin());
  EXPECT_THAT(ErrorOf(), HasSubstr("conductor"));
}

TEST_F(ProgramTest, APartOfThePlanGivesTheProgramThatTheWholePlanGives) {
  const plan::Parts parts(show_.plan());
  for (const plan::Node& node : show_.plan().nodes) {
    SCOPED_TRACE(node.name);
    const Program whole = Of(node.id);
    Program part;
    ASSERT_EQ(DeriveProgram(parts.Of(node.id), node.id, part), "");
    EXPECT_EQ(ReceivedBy(part), ReceivedBy(whole));
    ASSERT_EQ(part.replicas.size(), whole.replicas.size());
    for (std::size_t i = 0; i < whole.replicas.size(); ++i) {
      const ReplicaSpec &a = part.replicas[i], &b = whole.replicas[i];
      EXPECT_EQ(part.plan.tasks[static_cast<std::size_t>(a.task)].description,
                whole.plan.tasks[static_cast<std::size_t>(b.task)].description);
      EXPECT_EQ(a.self, b.self);
      EXPECT_EQ(a.hold, b.hold);
      EXPECT_EQ(a.due, b.due);
      EXPECT_EQ(a.feeds_output, b.feeds_output);
      EXPECT_EQ(ReceiversOf(a), ReceiversOf(b));
    }
    EXPECT_EQ(part.outputs.size(), whole.outputs.size());
    EXPECT_EQ(CheckSuccession(part, part), "");
  }
}

TEST_F(ProgramTest, ThePartOfAnotherNodeIsRefused) {
  const plan::Parts parts(show_.plan());
  Program program;
  EXPECT_THAT(DeriveProgram(parts.Of(TestShow::kFohA), 1, program), HasSubstr("another node"));
}

}  // namespace
}  // namespace continuo::agent::rt
