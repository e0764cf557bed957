// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent {
namespace {

using testing::HasSubstr;

handoff::StreamCounters Group(plan::TaskId task, std::uint64_t selected, std::uint64_t concealed) {
  handoff::StreamCounters group;
  group.task = task;
  stream::Leg leg{.incarnation = 3, .network = 1, .counters = {}};
  leg.counters.selected = selected;
  group.legs.push_back({.leg = leg, .node = 2, .selected_last_s = selected / 2, .delay = {}});
  group.concealed = concealed;
  return group;
}

class ReportTest : public testing::Test {
 protected:
  ReportTest() {
    handoff::OutputCounters output;
    output.id = 1;
    output.frames = 4800;
    output.finished = true;
    counters_.outputs.push_back(output);
  }
  plan::OutputStatus Output(const std::vector<Recorder::Progress>& recordings) {
    return MakeStatus(counters_, recordings).outputs.at(0);
  }
  handoff::Counters counters_;
};

TEST_F(ReportTest, ChannelGroupsOfATaskAreOneStreamToAPerson) {
  counters_.streams.push_back(Group(5, 100, 1));
  counters_.streams.push_back(Group(5, 60, 2));
  counters_.streams.push_back(Group(6, 7, 0));
  const plan::Status status = MakeStatus(counters_, {});
  ASSERT_EQ(status.streams.size(), 2u);
  ASSERT_EQ(status.streams[0].legs.size(), 1u);
  EXPECT_EQ(status.streams[0].legs[0].selected, 160u);
  EXPECT_EQ(status.streams[0].legs[0].selected_last_s, 80u);
  EXPECT_EQ(status.streams[0].legs[0].network, plan::Network::kBlue);
  EXPECT_EQ(status.streams[0].concealed, 3u);
}

TEST_F(ReportTest, OfTheChannelGroupsOfALegTheLatestCounts) {
  counters_.streams.push_back(Group(5, 100, 1));
  counters_.streams.push_back(Group(5, 60, 2));
  counters_.streams[0].needed_after = counters_.streams[1].needed_after = 900;
  counters_.streams[0].legs[0].delay = {.worst_now = -7, .worst = 300, .sum = 400, .count = 4};
  counters_.streams[1].legs[0].delay = {.worst_now = -9, .worst = 310, .sum = 80, .count = 1};
  plan::Status status = MakeStatus(counters_, {});
  const plan::LegStatus& leg = status.streams.at(0).legs.at(0);
  EXPECT_EQ(status.streams[0].needed_after, 900);
  EXPECT_TRUE(leg.measured);
  EXPECT_TRUE(leg.fresh);
  EXPECT_EQ(leg.delay_mean, 100);
  EXPECT_EQ(leg.delay_worst, 310);
  EXPECT_EQ(leg.delay_now, -7);
  for (auto& stream : counters_.streams) stream.legs[0].delay = {};
  status = MakeStatus(counters_, {});
  EXPECT_FALSE(status.streams.at(0).legs.at(0).measured);
}

TEST_F(ReportTest, OutputIsFinishedOnlyWhenItsFileIs) {
  EXPECT_FALSE(
      Output({{.id = 1, .written = 4000, .lost = 0, .complete = false, .error = ""}}).finished);
  EXPECT_TRUE(
      Output({{.id = 1, .written = 4800, .lost = 0, .complete = true, .error = ""}}).finished);
}

TEST_F(ReportTest, FailedRecordingIsToldAndDoesNotKeepTheShowWaiting) {
  const plan::OutputStatus output =
      Output({{.id = 1, .written = 10, .lost = 0, .complete = false, .error = "disk full"}});
  EXPECT_TRUE(output.finished);
  EXPECT_EQ(output.error, "disk full");
}

TEST_F(ReportTest, SamplesThatASlowDiskCostAreTold) {
  EXPECT_THAT(Output({{.id = 1, .written = 4800, .lost = 96, .complete = true, .error = ""}}).error,
              HasSubstr("96 samples"));
}

TEST_F(ReportTest, LatencyOfADeviceIsCountedFromTheSamplesDateToItsSound) {
  plan::Status status = MakeStatus(counters_, {});
  const plan::MediaTimeMap media{.version = 1, .clock_id = 1, .t0 = 0, .n0 = 1'000'000};
  DeviceProgress device;
  device.id = 1;
  device.status.name = "jack:default";
  device.status.running = true;
  device.status.latency = 256;     // of the device itself
  device.next_n = 1'000'000 + 48;  // a sample of the first millisecond
  device.next_at = 11'000'000;     // is given to it ten milliseconds later
  AddDevices({device}, media, status);
  EXPECT_EQ(status.outputs.at(0).device.name, "jack:default");
  EXPECT_EQ(status.outputs.at(0).device.latency, 480 + 256);
  device.status.running = false;
  AddDevices({device}, media, status);
  EXPECT_EQ(status.outputs.at(0).device.latency, 0) << "nothing leaves there";
}

TEST_F(ReportTest, WhatAKernelMeasuresIsTold) {
  handoff::ReplicaCounters replica;
  replica.readings.push_back(-6.5f);
  replica.readings.push_back(-144.0f);
  counters_.replicas.push_back(replica);
  EXPECT_THAT(MakeStatus(counters_, {}).replicas.at(0).readings,
              testing::ElementsAre(-6.5f, -144.0f));
}

TEST_F(ReportTest, FiguresOfAJoinAreWholeWhenItIsSaidToBeDone) {
  plan::Status status;
  for (const plan::TaskId task : {3, 4, 4}) {
    plan::ReplicaStatus& replica = status.replicas.emplace_back();
    replica.task = task;
    replica.incarnation = static_cast<Incarnation>(status.replicas.size());
    replica.state = plan::ReplicaState::kShadow;
  }
  status.replicas[1].join.donor = 2;
  status.replicas[1].join.behind = 5;
  AddJoined({.kind = plan::IncidentKind::kJoined, .task = 4, .n = 9600, .incarnation = 2}, status);
  EXPECT_EQ(status.replicas[0].state, plan::ReplicaState::kShadow) << "another task";
  EXPECT_EQ(status.replicas[1].state, plan::ReplicaState::kInSync);
  EXPECT_EQ(status.replicas[1].join.in_sync_at, 9600);
  EXPECT_EQ(status.replicas[1].join.behind, 0);
  EXPECT_TRUE(status.replicas[1].join.hash_equal);
  EXPECT_EQ(status.replicas[2].state, plan::ReplicaState::kShadow) << "another incarnation";
}

TEST_F(ReportTest, DivergenceNamesBothNodes) {
  plan::Plan plan;
  plan.nodes.push_back({1, "pi-1", {}});
  plan.nodes.push_back({2, "pi-2", {}});
  plan.tasks.emplace_back().description.id = 4;
  plan.tasks.back().description.name = "drums";
  const plan::Incident incident =
      MakeIncident({plan::IncidentKind::kDivergence, 4, 960, 1, 2}, plan);
  EXPECT_THAT(incident.text, HasSubstr("drums"));
  EXPECT_THAT(incident.text, HasSubstr("pi-1"));
  EXPECT_THAT(incident.text, HasSubstr("pi-2"));
  EXPECT_EQ(incident.n, 960);
}

}  // namespace
}  // namespace continuo::agent
