// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/wiring_file.h"

#include <gtest/gtest.h>

#include <string>

namespace continuo::mcu {
namespace {

using Texts = std::vector<std::string>;

TEST(WiringFileTest, AllThatCanBeWiredIsRead) {
  Wiring wiring;
  const Texts wrong = ParseWiring("panel.yaml", R"(
knob-1: {set: strip.gain.2, from: -12, to: 6.5}
knob-4: {set: space.mix, from: 1, to: 0}
switch-1: {press: stop, release: play}
switch-2: {press: tap}
switch-3: {press: {scene: verse}, release: {set: space.mix, to: 0.5}}
switch-4: {press: play-or-stop}
relay: [{on: 17, off: 21.3.240}, {on: 33, off: 34}]
meter: {task: level, reading: peak.1, lamps: [-40, -20, -10, -3]}
)",
                                  wiring);
  EXPECT_EQ(wrong, Texts());
  EXPECT_EQ(wiring.knobs[0].kind, Action::Kind::kSet);
  EXPECT_EQ(wiring.knobs[0].task, "strip");
  EXPECT_EQ(wiring.knobs[0].param, "gain.2");
  EXPECT_EQ(wiring.knobs[0].from, -12.0f);
  EXPECT_EQ(wiring.knobs[0].to, 6.5f);
  EXPECT_EQ(wiring.knobs[1].kind, Action::Kind::kNone);
  EXPECT_EQ(wiring.switches[0].press.kind, Action::Kind::kStop);
  EXPECT_EQ(wiring.switches[0].release.kind, Action::Kind::kPlay);
  EXPECT_EQ(wiring.switches[1].press.kind, Action::Kind::kTap);
  EXPECT_EQ(wiring.switches[2].press.scene, "verse");
  EXPECT_EQ(wiring.switches[2].release.to, 0.5f);
  EXPECT_EQ(wiring.switches[3].press.kind, Action::Kind::kPlayOrStop);
  ASSERT_EQ(wiring.relay.size(), 2u);
  EXPECT_EQ(wiring.relay[0].first, (session::BarBeat{17, 1, 0}));
  EXPECT_EQ(wiring.relay[0].second, (session::BarBeat{21, 3, 240}));
  ASSERT_TRUE(wiring.meter);
  EXPECT_EQ(wiring.meter->lamps, (std::array<float, 4>{-40, -20, -10, -3}));
  EXPECT_EQ(WatchedOf(wiring), 0b1111'1001);
}

TEST(WiringFileTest, EverythingThatIsWrongIsSaidAtOnceWithItsPlace) {
  Wiring wiring;
  const Texts wrong = ParseWiring("panel.yaml", R"(knob-1: {set: gain, from: a, to: 2e6}
knob-5: {set: a.b}
knob-2: 7
switch-1: {press: jump, release: {scene: x, set: a.b}, hold: play}
relay: [{on: 5, off: 4.2}, {on: 0}]
meter: {task: a, lamps: [1, 2, 3]}
knob-1: {}
)",
                                  wiring);
  const Texts expected{
      "panel.yaml:1: knob-1.set: \"gain\" must be a task and a parameter of it, such as "
      "strip.gain_db",
      "panel.yaml:1: knob-1.from: \"a\" must be a number from -1000000 to 1000000",
      "panel.yaml:1: knob-1.to: \"2e6\" must be a number from -1000000 to 1000000",
      "panel.yaml:2: there is no key \"knob-5\" here; allowed: knob-1 to knob-4, switch-1 to "
      "switch-4, relay, meter",
      "panel.yaml:3: knob-2: must be a map, written as `key: value`",
      "panel.yaml:4: switch-1.press: \"jump\" must be play, stop, play-or-stop, tap, mute, sound, "
      "{scene: NAME} or {set: TASK.PARAM, to: VALUE}",
      "panel.yaml:4: switch-1.release: must be play, stop, play-or-stop, tap, mute, sound, "
      "{scene: NAME} or {set: TASK.PARAM, to: VALUE}",
      "panel.yaml:4: switch-1: there is no key \"hold\" here; allowed: press, release",
      "panel.yaml:5: relay.1: `off` must be later than `on`",
      "panel.yaml:5: relay.2.on: \"0\" must be a place in the music, like 17, 17.3 or 17.3.240",
      "panel.yaml:5: relay.2: has no `off`: a place in the music",
      "panel.yaml:6: meter.lamps: must be 4 numbers that rise, such as [-36, -18, -6, -1]",
      "panel.yaml:6: meter: has no `reading`: such as peak.1",
      "panel.yaml:7: knob-1: is there twice",
  };
  EXPECT_EQ(wrong, expected);
}

TEST(WiringFileTest, WhatIsNoFileOfWiringIsRefused) {
  Wiring wiring;
  const auto is_refused = [&wiring](const std::string& text) {
    return !ParseWiring("f", text, wiring).empty();
  };
  EXPECT_TRUE(is_refused(""));
  EXPECT_TRUE(is_refused("a: [b"));
  EXPECT_TRUE(is_refused("- 1"));
  EXPECT_TRUE(is_refused("[1]: 2"));
  EXPECT_TRUE(is_refused(std::string(kMostWiringBytes + 1, ' ')));
  EXPECT_TRUE(is_refused("knob-1: {set: a.b, from: .nan, to: .inf}"));
  EXPECT_TRUE(is_refused("meter: {task: a, reading: b, lamps: [4, 3, 2, 1]}"));
  EXPECT_TRUE(is_refused("meter: {task: a, reading: b, lamps: [[1], 3, {}, 4]}"));
  EXPECT_FALSE(ReadWiringFile("/nonexistent/panel.yaml", wiring).empty());
}

}  // namespace
}  // namespace continuo::mcu
