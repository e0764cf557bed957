// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/controls.h"

#include <gtest/gtest.h>

#include <set>

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr MediaTime kNow = 480'000'000;
constexpr std::uint8_t kSwitch = kKnobs;

Action Set(const std::string& task, const std::string& param, float from, float to) {
  return {.kind = Action::Kind::kSet,
          .task = task,
          .param = param,
          .scene = {},
          .from = from,
          .to = to};
}

Action Word(Action::Kind kind) {
  Action action;
  action.kind = kind;
  return action;
}

Wiring TestWiring() {
  Wiring wiring;
  wiring.knobs[0] = Set("strip", "gain", -12, 6);
  wiring.knobs[1] = Set("space", "mix", 1, 0);
  wiring.switches[0] = {Word(Action::Kind::kPlayOrStop), {}};
  wiring.switches[1] = {Word(Action::Kind::kTap), {}};
  wiring.relay.push_back({{2, 1, 0}, {3, 1, 0}});
  wiring.meter = MeterWire{.task = "level", .reading = "peak.2"};
  return wiring;
}

PanelTold Told(std::initializer_list<Move> moves, std::uint64_t life = 9) {
  PanelTold told{.life = life};
  for (const Move& move : moves) told.moves.push_back(move);
  return told;
}

ShowView Playing() {
  ShowView view{.plays = true, .segment = {}, .segments = {}, .playout = 9600, .readings = {}};
  view.segment = {.version = 1, .n0 = kNow - 96'000, .tempo_mbpm = 120'000, .playing = true};
  view.segments = {view.segment};
  return view;
}

OperatorAnswer Committed() {
  return {.reached = true, .committed = true, .at = kNow + 4800, .text = "done"};
}

TEST(ControlsTest, AKnobSetsItsParameterAndIsSettledWithTheVerdict) {
  Controls controls(TestWiring(), 7);
  const Move move{.input = 0, .number = 1, .value = kKnobMost, .at = kNow - 100};
  const auto asks = controls.Hear(Told({move}), kNow, 0);
  ASSERT_EQ(asks.size(), 1u);
  EXPECT_EQ(TextOf(asks[0].wish), "strip.gain = 6");
  EXPECT_EQ(controls.Wish().settled[0], 0u);
  EXPECT_TRUE(controls.Hear(Told({move}), kNow, kMs).empty()) << "it is under way";
  controls.Answer(asks[0], Committed());
  EXPECT_EQ(controls.Wish().settled[0], 1u);
  EXPECT_EQ(controls.Wish().life, 9u);
  EXPECT_TRUE(controls.Hear(Told({move}), kNow, 2 * kMs).empty()) << "it has its verdict";
  const auto lines = controls.TakeLines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0],
            "{\"input\": \"knob-1\", \"move\": 1, \"value\": 4095, \"at\": 479999900, \"asked\": "
            "\"strip.gain = 6\", \"committed\": true, \"date\": 480004800, \"said\": \"done\"}");
}

TEST(ControlsTest, WhoeverAsksAgainAsksForTheSameCommand) {
  Controls controls(TestWiring(), 7);
  const Move move{.input = 1, .number = 3, .value = 0, .at = kNow};
  const auto first = controls.Hear(Told({move}), kNow, 0);
  controls.Answer(first.at(0), {});  // nobody was reached
  const auto again = controls.Hear(Told({move}), kNow, 50 * kMs);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].wish.key, first[0].wish.key);
  EXPECT_EQ(TextOf(again[0].wish), "space.mix = 1");
  // Another bridge, of which the board has the moves of before.
  Controls other(TestWiring(), 8);
  const auto others = other.Hear(Told({move}), kNow, 0);
  EXPECT_EQ(others.at(0).wish.key, first[0].wish.key);
}

TEST(ControlsTest, NoTwoMovesAreOneCommand) {
  Controls controls(TestWiring(), 7);
  std::set<std::array<std::uint8_t, 16>> keys;
  Nanoseconds now = 0;
  for (const std::uint64_t life : {1, 2}) {
    for (std::uint32_t number = 1; number <= 4; ++number) {
      for (const std::uint8_t input : {0, 1}) {
        const Move move{.input = input, .number = number, .value = 9, .at = 0};
        for (const auto& ask : controls.Hear(Told({move}, life), 0, now += 20 * kMs)) {
          keys.insert(ask.wish.key);
          controls.Answer(ask, Committed());
        }
      }
    }
  }
  EXPECT_EQ(keys.size(), 16u);
}

TEST(ControlsTest, AnAnswerOfAnEarlierLifeSettlesNothing) {
  Controls controls(TestWiring(), 7);
  const Move move{.input = 0, .number = 1, .value = 9, .at = 0};
  const auto first = controls.Hear(Told({move}, 1), 0, 0);
  const auto second = controls.Hear(Told({move}, 2), 0, 0);
  ASSERT_EQ(second.size(), 1u);
  controls.Answer(first.at(0), Committed());
  EXPECT_EQ(controls.Wish().settled[0], 0u);
  controls.Answer(second[0], Committed());
  EXPECT_EQ(controls.Wish().settled[0], 1u);
}

TEST(ControlsTest, ASwitchPressedLongAgoIsNotObeyedButAKnobIs) {
  Controls controls(TestWiring(), 7);
  const MediaTime before = kNow - Controls::kTooLate - 1;
  const auto asks = controls.Hear(Told({{.input = 0, .number = 1, .value = 5, .at = before},
                                        {.input = kSwitch, .number = 1, .value = 1, .at = before}}),
                                  kNow, 0);
  ASSERT_EQ(asks.size(), 1u);
  EXPECT_EQ(asks[0].input, 0u);
  EXPECT_EQ(controls.Wish().settled[kSwitch], 1u);
}

TEST(ControlsTest, OneSwitchPlaysAndStops) {
  Controls controls(TestWiring(), 7);
  Move move{.input = kSwitch, .number = 1, .value = 1, .at = kNow};
  auto asks = controls.Hear(Told({move}), kNow, 0);
  EXPECT_EQ(TextOf(asks.at(0).wish), "play");
  controls.Answer(asks[0], Committed());
  controls.See(Playing());
  move = {.input = kSwitch, .number = 2, .value = 0, .at = kNow};
  EXPECT_TRUE(controls.Hear(Told({move}), kNow, 0).empty()) << "released: nothing is wired to it";
  EXPECT_EQ(controls.Wish().settled[kSwitch], 2u);
  move = {.input = kSwitch, .number = 3, .value = 1, .at = kNow};
  asks = controls.Hear(Told({move}), kNow, 0);
  EXPECT_EQ(TextOf(asks.at(0).wish), "stop");
}

TEST(ControlsTest, TapsAreATempoByTheirOwnSamplesHoweverLateTheyCome) {
  Controls controls(TestWiring(), 7);
  std::vector<std::string> asked;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Move press{
        .input = kSwitch + 1, .number = 2 * i + 1, .value = 1, .at = kNow + i * 20'000};
    for (const auto& ask : controls.Hear(Told({press}), kNow + i * 17'000, i * 200 * kMs)) {
      asked.push_back(TextOf(ask.wish));
      controls.Answer(ask, Committed());
    }
    const Move release{.input = kSwitch + 1, .number = 2 * i + 2, .value = 0, .at = kNow};
    EXPECT_TRUE(controls.Hear(Told({release}), kNow, i * 200 * kMs).empty());
  }
  EXPECT_EQ(asked, (std::vector<std::string>{"tempo 144", "tempo 144"}));
}

TEST(ControlsTest, AFloodWaitsForItsTurnAndIsCounted) {
  Controls controls(TestWiring(), 7);
  int asked = 0;
  // A board that says something new of two knobs every millisecond, for four seconds.
  for (std::uint32_t i = 1; i <= 4000; ++i) {
    const Move first{.input = 0, .number = i, .value = 1, .at = 0};
    const Move second{.input = 1, .number = i, .value = 1, .at = 0};
    for (const auto& ask : controls.Hear(Told({first, second}), kNow, i * kMs)) {
      ++asked;
      controls.Answer(ask, Committed());
    }
  }
  EXPECT_LE(asked, 4 * Controls::kPerSecond + Controls::kAtOnce);
  EXPECT_GE(asked, 4 * Controls::kPerSecond);
  EXPECT_GT(controls.held_back(), 1000u);
  int said = 0;
  for (const std::string& line : controls.TakeLines()) said += line.starts_with("{\"held_back\"");
  EXPECT_GE(said, 3);
  EXPECT_LE(said, 5) << "once a second";
}

TEST(ControlsTest, TheBoardIsToldOfTheMusicItsRelayAndItsMeter) {
  Controls controls(TestWiring(), 7);
  EXPECT_TRUE(controls.Wish().segments.empty());
  ShowView view = Playing();
  view.readings.push_back({"level", "meter", {-50, -10, -50, -50, -50, -50, 0, 0, 0, 0, 0}});
  controls.See(view);
  PanelWish wish = controls.Wish();
  EXPECT_EQ(wish.nonce, 7u);
  EXPECT_EQ(wish.watched, 0b0011'0011);
  EXPECT_EQ(wish.playout, 9600);
  EXPECT_EQ(wish.meter, 2) << "-10 dB: above -36 and -18";
  ASSERT_EQ(wish.segments.size(), 1u);
  EXPECT_EQ(wish.segments[0], view.segment);
  ASSERT_EQ(wish.relay.size(), 1u);
  EXPECT_EQ(wish.relay[0], (Stretch{4 * session::kTicksPerBeat, 8 * session::kTicksPerBeat}));
  for (std::uint32_t i = 2; i < 9; ++i) {
    view.segment.version = i;
    view.segment.n0 += 1000;
    view.segments = {view.segment};
    controls.See(view);
  }
  // As version 3 is heard, which began at kNow - 94,000.
  controls.Hear(Told({}), kNow - 94'000 + 9600, 0);
  wish = controls.Wish();
  ASSERT_EQ(wish.segments.size(), 4u) << "as many as there is room for";
  EXPECT_EQ(wish.segments[0].version, 3u) << "what is heard is not forgotten for what will be";
  controls.Hear(Told({}), kNow, 0);
  wish = controls.Wish();
  ASSERT_EQ(wish.segments.size(), 1u);
  EXPECT_EQ(wish.segments[0].version, 8u);
  controls.See({});
  EXPECT_TRUE(controls.Wish().segments.empty());
  EXPECT_EQ(controls.Wish().meter, 0);
}

TEST(ControlsTest, EdgesAreWrittenOnceAndAskedForFromTheNextOn) {
  Controls controls(TestWiring(), 7);
  PanelTold told = Told({});
  told.edges.push_back({.number = 0, .output = 0, .level = 4, .due = 5, .at = 7});
  told.edges.push_back({.number = 1, .output = 7, .level = 0, .due = 6, .at = 7});
  controls.Hear(told, kNow, 0);
  controls.Hear(told, kNow, 0);
  const auto lines = controls.TakeLines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], "{\"output\": \"tempo\", \"edge\": 0, \"level\": 4, \"due\": 5, \"at\": 7}");
  EXPECT_EQ(lines[1],
            "{\"output\": \"meter-4\", \"edge\": 1, \"level\": 0, \"due\": 6, \"at\": 7}");
  EXPECT_EQ(controls.Wish().edges_from, 2u);
  EXPECT_EQ(controls.Hear(Told({}, 10), kNow, 0).size(), 0u);
  EXPECT_EQ(controls.Wish().edges_from, 0u) << "another life counts anew";
}

}  // namespace
}  // namespace continuo::mcu
