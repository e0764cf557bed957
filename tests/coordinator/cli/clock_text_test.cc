// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/clock_text.h"

#include <gmock/gmock.h>

#include "coordinator/cli/node_text.h"
#include "coordinator/core/clock_watch.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const Terminal kPlain(false, false, 200);

View TwoClocks() {
  View view;
  for (const char* name : {"pi-1", "pi-2"}) {
    NodeView node;
    node.name = name;
    node.attached = true;
    plan::ClockStatus& clock = node.status.emplace().clock;
    clock.follows = true;
    clock.state = clock::LockState::kLocked;
    clock.port = wire::PtpPortState::kSlave;
    clock.grandmaster = 0x001122fffe334455;
    clock.offset = -340;
    clock.path_delay = 51'200;
    clock.drift_ppb = 12'345;
    clock.error = 1'800;
    clock.map_version = 3;
    node.clock_offsets = {0, -2'000};
    view.nodes.push_back(node);
  }
  plan::ClockStatus& second = view.nodes[1].status->clock;
  second.state = clock::LockState::kHoldover;
  second.allowed = false;
  second.held = 12'340'000'000;
  view.nodes[1].clock_offsets = {500, ClockWatch::kNone};
  return view;
}

TEST(ClockText, EveryClockHasALineWithItsSparkline) {
  const Lines lines = ClockLines(TwoClocks(), kPlain);
  ASSERT_EQ(lines.size(), 5u);  // head, two nodes, the coordinator, and what the blocks mean
  EXPECT_THAT(lines[1], AllOf(HasSubstr("locked"), HasSubstr("PTP, slave"),
                              HasSubstr("001122.fffe.334455"), HasSubstr("-0.34 us"),
                              HasSubstr("51.20 us"), HasSubstr("-12.345 ppm"), HasSubstr("▁▄")));
  EXPECT_THAT(lines[2],
              AllOf(HasSubstr("holdover 12.3 s"), HasSubstr("not allowed"), HasSubstr("▂!")));
  EXPECT_THAT(lines[3], AllOf(HasSubstr("(coordinator)"), HasSubstr("this machine")));
  EXPECT_THAT(lines[4], HasSubstr("█ 32 us and more, ! holdover"));
}

TEST(ClockText, ABoardGoesByAPtpOfItsOwnOrByItsBridge) {
  View view = TwoClocks();
  view.nodes[0].status->board = {.name = "mps2-an386", .time_us = 210, .own_time = true};
  view.nodes[1].status->board = {.name = "netduinoplus2", .time_us = 210};
  Lines lines = ClockLines(view, kPlain);
  EXPECT_THAT(lines[1], HasSubstr("its own PTP, slave"));
  EXPECT_THAT(lines[2], HasSubstr("its bridge, PTP, slave"));
  Json json = Json::parse(ClocksJson(view));
  EXPECT_EQ(json["clocks"][0]["board_time"]["by"], "ptp");
  EXPECT_EQ(json["clocks"][1]["board_time"]["by"], "bridge");
  EXPECT_EQ(json["clocks"][1]["board_time"]["off_bridge_ms"], 0.21);
  EXPECT_EQ(json["clocks"][2]["board_time"], nullptr);

  view.nodes[1].status->clock = {};
  lines = ClockLines(view, kPlain);
  EXPECT_THAT(lines[2],
              AllOf(HasSubstr("its bridge"), HasSubstr("210.00 us"), Not(HasSubstr("PTP"))));
  EXPECT_THAT(NodeDetailLines(view, view.nodes[1], kPlain),
              ::testing::Contains(
                  HasSubstr("its bridge's, which does not follow PTP; off by 210.00 us at most")));
}

TEST(ClockText, WhereNobodyFollowsPtpThatIsSaid) {
  View view = TwoClocks();
  for (NodeView& node : view.nodes) node.status->clock = {};
  const Lines lines = ClockLines(view, kPlain);
  EXPECT_THAT(lines.back(), HasSubstr("nobody follows PTP"));
  EXPECT_EQ(ClockLine(view), "nobody follows PTP");
  EXPECT_EQ(ClockJson({}), nullptr);
}

TEST(ClockText, ADetachedNodesOldFiguresAreNotShown) {
  View view = TwoClocks();
  view.nodes[0].attached = false;
  EXPECT_THAT(ClockLines(view, kPlain)[1], AllOf(HasSubstr("detached"), Not(HasSubstr("ppm"))));
  EXPECT_EQ(ClockLine(view), "pi-2 holdover 12.3 s");
}

TEST(ClockText, ANodeShownAloneTellsOfItsClock) {
  const View view = TwoClocks();
  EXPECT_THAT(NodeDetailLines(view, view.nodes[0], kPlain),
              ::testing::Contains(HasSubstr("offset -0.34 us, path delay 51.20 us, drift "
                                            "-12.345 ppm, off by 1.80 us")));
  EXPECT_THAT(ClockDetailLines({}, {}, kPlain), ElementsAre(HasSubstr("this machine's own")));
}

TEST(ClockText, JsonHasTheNumbersOfPtp4l) {
  const Json json = Json::parse(ClocksJson(TwoClocks()));
  EXPECT_EQ(json["clocks"].size(), 3u);
  EXPECT_EQ(json["clocks"][0]["clock"]["offset_ns"], -340);
  EXPECT_EQ(json["clocks"][0]["clock"]["holdover_s"], nullptr);
  EXPECT_EQ(json["clocks"][1]["clock"]["grandmaster_allowed"], false);
  EXPECT_EQ(json["clocks"][1]["offsets_ns"][1], nullptr);
  EXPECT_EQ(json["clocks"][2]["node"], nullptr);
  EXPECT_EQ(json["clocks"][2]["clock"], nullptr);
}

TEST(ClockText, ABlockOfASparklineIsTwiceTheOneBefore) {
  EXPECT_EQ(Sparkline({0, 499, 500, -1'000, 2'000, 4'000, 8'000, -20'833, 32'000, 1'000'000}),
            "▁▁▂▃▄▅▆▇██");
}

}  // namespace
}  // namespace continuo::coordinator::cli
