// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/latency_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "coordinator/core/latency.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const Terminal kPlain(false, false, 200);
constexpr plan::NodeId kPi = 1, kFoh = 2;

plan::LegStatus Leg(plan::NodeId from, plan::Network network, int mean_ms, int worst_ms) {
  plan::LegStatus leg;
  leg.node = from;
  leg.network = network;
  leg.measured = true;
  leg.delay_mean = mean_ms * kSampleRate / 1000;
  leg.delay_worst = worst_ms * kSampleRate / 1000;
  return leg;
}

plan::StreamStatus Stream(dsp::TaskId task, int needed_ms, std::vector<plan::LegStatus> legs) {
  plan::StreamStatus stream;
  stream.task = task;
  stream.needed_after = FramesOfMs(needed_ms);
  stream.legs = std::move(legs);
  return stream;
}

/// bass > master on pi-1, from where it goes to foh over both networks.
View Chain(int worst_ms) {
  View view;
  view.plan.version = 1;
  view.plan.quantum = 48;
  view.plan.timing.playout = FramesOfMs(200);
  view.plan.timing.repair_after = FramesOfMs(4);
  for (const char* name : {"conductor", "bass", "master"}) {
    TaskView& seen = view.tasks.emplace_back();
    seen.id = dsp::kConductorId + static_cast<dsp::TaskId>(view.tasks.size()) - 1;
    seen.name = name;
    seen.kind = "gain";
    if (seen.id == 3) seen.inputs = {2};
  }
  for (const char* name : {"pi-1", "foh"}) {
    NodeView& node = view.nodes.emplace_back();
    node.id = static_cast<plan::NodeId>(view.nodes.size());
    node.name = name;
    node.attached = true;
    node.status.emplace();
  }
  constexpr auto kRed = plan::Network::kRed;
  view.nodes[0].status->streams = {Stream(1, 120, {Leg(kPi, kRed, -50, -40)}),
                                   Stream(2, 140, {Leg(kPi, kRed, 1, 2)})};
  view.nodes[1].status->streams = {
      Stream(3, 200, {Leg(kPi, kRed, 3, worst_ms), Leg(kPi, plan::Network::kBlue, 4, 5)})};
  return view;
}

TEST(Latency, AHopIsWhatComesOnTopOfTheSendersInputs) {
  const LatencyView latency = LatencyOf(Chain(70));
  ASSERT_THAT(latency.legs, SizeIs(4));
  const LegLatency& red = latency.legs[2];
  EXPECT_EQ(red.task, "master");
  EXPECT_EQ(red.hop, FramesOfMs(3) - FramesOfMs(1));
  EXPECT_EQ(red.margin, FramesOfMs(130));
  EXPECT_EQ(red.percent, 65);
  EXPECT_EQ(latency.legs[1].hop, FramesOfMs(51)) << "the conductor's packets came long before";
  EXPECT_EQ(latency.legs[0].hop, std::nullopt) << "the conductor hears nobody";
}

TEST(Latency, WhatWouldDoLeavesTheMarginAndTimeForARepair) {
  const LatencyView latency = LatencyOf(Chain(70));
  EXPECT_EQ(latency.legs[2].enough, FramesOfMs(101)) << "70 ms of it, in whole ms";
  EXPECT_EQ(latency.legs[3].enough, FramesOfMs(15)) << "5 ms, and 2 x 4 + 2 x 1 ms for a repair";
  EXPECT_EQ(latency.legs[0].enough, FramesOfMs(1)) << "it comes before its packet is over";
  EXPECT_EQ(latency.playout_enough, FramesOfMs(101));
  EXPECT_GT(latency.chain_needs, FramesOfMs(15));
  EXPECT_EQ(LatencyOf(Chain(5)).playout_enough, latency.chain_needs);
}

TEST(Latency, ANodeThatIsGoneAndLegsThatBringNothingAreNotCounted) {
  View view = Chain(70);
  view.nodes[1].attached = false;
  EXPECT_THAT(LatencyOf(view).legs, SizeIs(2));
  view.nodes[0].status->streams[0].legs[0].measured = false;
  EXPECT_THAT(LatencyOf(view).legs, SizeIs(1));
}

TEST(LatencyText, EachLegHasALine) {
  const Lines lines = LatencyLines(Chain(70), "master", kPlain);
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[1],
              AllOf(HasSubstr("master"), HasSubstr("pi-1"), HasSubstr("foh"), HasSubstr("red"),
                    HasSubstr("2.0 ms"), HasSubstr("70.0 ms"), HasSubstr("200.0 ms"),
                    HasSubstr("130.0 ms"), HasSubstr("65 %"), HasSubstr("101.0 ms")));
  EXPECT_THAT(lines[3], HasSubstr("least margin 65 % (master, pi-1 > foh, red)"));
  EXPECT_THAT(lines[4], HasSubstr("timing.playout: 101ms instead of 200ms"));
  EXPECT_THAT(LatencyLines(Chain(190), "", kPlain).back(), HasSubstr("is short: 272ms would"));
}

TEST(LatencyText, WhereNothingWasMeasuredThatIsSaid) {
  EXPECT_THAT(LatencyLines(View(), "", kPlain).front(), HasSubstr("nothing was measured"));
  EXPECT_THAT(LatencyLine(View(), ""), HasSubstr("nothing was measured"));
  const auto json = nlohmann::json::parse(LatencyJson(View(), ""));
  EXPECT_TRUE(json["playout_enough_ms"].is_null());
  EXPECT_TRUE(json["legs"].empty());
}

TEST(LatencyText, WhenOutputsAreHeardIsTheLastHop) {
  View view = Chain(70);
  for (const char* const name : {"foh-a", "foh-b", "file"}) {
    OutputView& output = view.outputs.emplace_back();
    output.name = name;
    output.from = "master";
    output.node_name = name;
    output.live = true;
  }
  const auto play = [&view](std::size_t output, const char* device, Frames latency) {
    plan::DeviceStatus& status = view.outputs[output].status.device;
    status.name = device;
    status.running = true;
    status.latency = latency;
  };
  play(0, "alsa:hw:0", 10'848);
  play(1, "jack:default", 10'850);
  Lines lines = LatencyLines(view, "", kPlain);
  EXPECT_THAT(lines.back(), HasSubstr("foh-b is heard on jack:default of foh-b 226.0 ms after"));
  EXPECT_THAT(lines[lines.size() - 2],
              AllOf(HasSubstr("alsa:hw:0"), HasSubstr("26.0 ms of them are the device's")));
  View prompt = view;
  prompt.plan.timing.playout = FramesOfMs(6);
  prompt.outputs[1].status.device.latency = 130;
  EXPECT_THAT(LatencyLines(prompt, "", kPlain),
              Contains(HasSubstr("2.7 ms after its date, as soon as it was there")));
  EXPECT_THAT(LatencyLines(prompt, "", kPlain), Contains(HasSubstr("226.0 ms after its date")));
  EXPECT_THAT(LatencyLines(prompt, "", kPlain), Not(Contains(HasSubstr("are the device's"))));
  EXPECT_EQ(nlohmann::json::parse(LatencyJson(prompt, ""))["outputs"][0]["device_ms"], nullptr);
  play(1, "jack:default", 10'978);
  lines = LatencyLines(view, "master", kPlain);
  EXPECT_THAT(lines.back(), HasSubstr("foh-a is heard 130 samples (2.7 ms) before foh-b: so much "
                                      "more --device-margin of foh-a"));
  EXPECT_THAT(LatencyLines(view, "bass", kPlain), Not(Contains(HasSubstr("is heard"))));
  const auto json = nlohmann::json::parse(LatencyJson(view, ""));
  ASSERT_EQ(json["outputs"].size(), 2u);
  EXPECT_EQ(json["outputs"][0]["device"], "alsa:hw:0");
  EXPECT_EQ(json["outputs"][0]["latency_ms"], 226.0);
  EXPECT_EQ(json["outputs"][0]["device_ms"], 26.0);
}

TEST(LatencyText, ForMachinesAllIsInMilliseconds) {
  const auto json = nlohmann::json::parse(LatencyJson(Chain(70), ""));
  EXPECT_EQ(json["playout_ms"], 200.0);
  EXPECT_EQ(json["playout_enough_ms"], 101.0);
  const auto& leg = json["legs"][2];
  EXPECT_EQ(leg["task"], "master");
  EXPECT_EQ(leg["worst_ms"], 70.0);
  EXPECT_EQ(leg["margin_percent"], 65);
  EXPECT_EQ(leg["local"], false);
}

}  // namespace
}  // namespace continuo::coordinator::cli
