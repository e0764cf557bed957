// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/board_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "coordinator/cli/console_text.h"
#include "coordinator/cli/monitor_text.h"

namespace continuo::coordinator::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Terminal kPlain(false, false, 200);

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

View Sample() {
  View view;
  TaskView tones, strip;
  tones.id = 2;
  tones.name = "tones";
  strip.id = 3;
  strip.name = "strip";
  view.tasks = {tones, strip};
  return view;
}

plan::BoardStatus Board() {
  plan::BoardStatus board;
  board.name = "mps2-an500";
  board.boots = 1;
  board.block_us = 1234;
  board.time_us = 90;
  plan::BoardHearing& hearing = board.hears.emplace_back();
  hearing.task = 3;
  hearing.from = 2;
  hearing.received = 2500;
  hearing.repaired = 41;
  hearing.lost = 3;
  hearing.bytes_per_s = 412'345;
  hearing.needed_after = FramesOfMs(400);
  hearing.measured = true;
  hearing.margin_min = -48;
  hearing.jitter_us = 830;
  hearing.came = {-FramesOfMs(9), -FramesOfMs(7), 12, FramesOfMs(3), FramesOfMs(4)};
  hearing.dropouts = {{1'000'000, 288}};
  plan::BoardSpeech& speech = board.says.emplace_back();
  speech.task = 3;
  speech.packets = 2400;
  speech.repairs = 7;
  return board;
}

TEST(BoardText, TellsWhatIsHeardSentAndLost) {
  const std::string text = Joined(BoardTrafficLines(Sample(), Board(), kPlain));
  EXPECT_THAT(text, HasSubstr("tones  strip"));
  EXPECT_THAT(text, HasSubstr("412.3 kB/s"));
  EXPECT_THAT(text, HasSubstr("-1.0 ms"));
  EXPECT_THAT(text, HasSubstr("0.83 ms"));
  EXPECT_THAT(text, HasSubstr("-7.0 ms  0.25 ms  3.00 ms  4.00 ms"));
  EXPECT_THAT(text, HasSubstr("strip went on without tones for 6.0 ms from n = 1000000"));
  EXPECT_THAT(Joined(BoardLines(Board(), kPlain)), HasSubstr("a block took at most 1.23 ms"));
}

TEST(BoardText, TheSecondChannelGroupSaysWhichItIs) {
  plan::BoardStatus board = Board();
  board.hears[0].group = 1;
  EXPECT_THAT(Joined(BoardTrafficLines(Sample(), board, kPlain)), HasSubstr("tones (group 2)"));
}

TEST(BoardText, OfABoardThatPlaysNothingThereIsNoTable) {
  plan::BoardStatus board;
  EXPECT_TRUE(BoardLines(board, kPlain).empty());
  board.name = "netduinoplus2";
  EXPECT_TRUE(BoardTrafficLines(Sample(), board, kPlain).empty());
  EXPECT_THAT(Joined(BoardLines(board, kPlain)), Not(HasSubstr("block")));
}

TEST(BoardText, TheJsonHasItAllInMilliseconds) {
  const Json json = BoardJson(Sample(), Board());
  const Json& heard = json["hears"][0];
  EXPECT_EQ(heard["from"], "tones");
  EXPECT_EQ(heard["margin_min_ms"], -1.0);
  EXPECT_EQ(heard["needed_after_ms"], 400.0);
  EXPECT_EQ(heard["came"]["mean_ms"], -7.0);
  EXPECT_EQ(heard["came"]["beyond_median_ms"], 0.25);
  EXPECT_EQ(heard["dropouts"][0]["frames"], 288);
  EXPECT_EQ(json["sends"][0]["repairs"], 7);
  plan::BoardStatus silent = Board();
  silent.hears[0].measured = false;
  EXPECT_TRUE(BoardJson(Sample(), silent)["hears"][0]["margin_min_ms"].is_null());
  EXPECT_TRUE(BoardJson(Sample(), plan::BoardStatus()).is_null());
}

TEST(MonitorText, IsOfABoardAndInOneLineForALog) {
  View view = Sample();
  NodeView& node = view.nodes.emplace_back();
  node.name = "mcu-2";
  EXPECT_EQ(WhyNoBoard(view, "mcu-2"), "") << "it has not reported yet";
  EXPECT_THAT(MonitorLine(view, "mcu-2"), HasSubstr("has not reported yet"));
  node.status.emplace().board = Board();
  node.status->packets_refused = 5;
  const std::string line = MonitorLine(view, "mcu-2");
  EXPECT_THAT(line, HasSubstr("boot 1, block 1.23 ms, 0 overran, time 0.09 ms; no task"));
  EXPECT_THAT(line, HasSubstr("refused 5, lost 3"));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_THAT(Joined(MonitorLines(view, "mcu-2", kPlain)), HasSubstr("went on without tones"));
  EXPECT_EQ(Json::parse(MonitorJson(view, "mcu-2"))["board"]["boots"], 1);
  EXPECT_TRUE(Json::parse(MonitorJson(view, "mcu-3"))["board"].is_null());
  EXPECT_THAT(WhyNoBoard(view, "mcu-3"), HasSubstr("there is no node \"mcu-3\""));
  node.status->board = {};
  EXPECT_THAT(WhyNoBoard(view, "mcu-2"), HasSubstr("a whole computer"));
}

TEST(ConsoleText, SpellsOutWhatIsNoTextForAPerson) {
  const std::array<std::uint8_t, 4> bytes{'o', 'k', '\n', 0xc3};
  EXPECT_EQ(ConsoleText(true).Take(bytes), "ok\n\\xc3");
  EXPECT_EQ(ConsoleText(false).Take(bytes), "ok\n\xc3");
}

}  // namespace
}  // namespace continuo::coordinator::cli
