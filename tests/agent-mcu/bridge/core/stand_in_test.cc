// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/stand_in.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kMilli = 1'000'000;

/// A bridge without sockets before a board without hardware. Virtual time.
class Bridged final : private Outlet {
 public:
  /// What the board answers to a question of now.
  bool Report(std::uint32_t boots, Nanoseconds board_ns, bool leads = true, std::uint8_t live = 0,
              Nanoseconds takes = kMilli) {
    mcu::Report report;
    report.bridge_ns = at.now;
    report.board_ns = board_ns;
    report.boots = boots;
    report.leads = leads;
    if (live > 0) report.parts.push_back({.part = 12, .live = live, .failure = {}});
    const std::size_t size = EncodeReport(report, bytes_);
    Frame frame;
    EXPECT_EQ(ParseFrame(std::span(bytes_).first(size), frame), FrameError::kNone);
    at.now += takes;
    return core.Hear(frame, at);
  }

  Moment at{1000 * kMilli, 5000 * kMilli};
  std::vector<FrameType> asked;
  std::vector<StateAnswer> answers;
  KnownBoard known;
  StandIn core{
      {.name = "mcu-1", .domain = "", .ip = 0x0a000001, .port = 5004, .ticket = 9}, known, *this};

 private:
  void ToBoard(std::span<const std::uint8_t> bytes) override {
    Frame frame;
    EXPECT_EQ(ParseFrame(bytes, frame), FrameError::kNone);
    asked.push_back(frame.type);
  }
  void ToCoordinator(plan::FromAgent) override {}
  void Fetch(const agent::core::FetchState&) override {}
  void Abandon(std::uint32_t) override {}
  void Give(StateAnswer answer) override { answers.push_back(std::move(answer)); }
  void Say(const std::string&) override {}

  std::array<std::uint8_t, kMaxFrameBytes> bytes_{};
};

TEST(StandInTest, AsksTwentyTimesASecond) {
  Bridged bridge;
  for (int ms = 0; ms < 1000; ++ms) {
    bridge.core.Ask(bridge.at);
    bridge.at.now += kMilli;
  }
  EXPECT_EQ(bridge.asked, std::vector<FrameType>(20, FrameType::kPing));
}

TEST(StandInTest, SpeaksForABoardThatSaysSoAndVouchesForOneThatAnswers) {
  Bridged bridge;
  EXPECT_FALSE(bridge.core.Leads(bridge.at.now));
  EXPECT_FALSE(bridge.core.Status(bridge.at).has_value()) << "nobody answered yet";
  EXPECT_TRUE(bridge.Report(1, 100, false));
  EXPECT_FALSE(bridge.core.Leads(bridge.at.now));
  EXPECT_TRUE(bridge.Report(1, 200));
  EXPECT_TRUE(bridge.core.Leads(bridge.at.now));
  EXPECT_TRUE(bridge.core.Answers(bridge.at.now));
  EXPECT_TRUE(bridge.core.Status(bridge.at).has_value());
  EXPECT_FALSE(bridge.core.Status(bridge.at).has_value()) << "four times a second";
  bridge.at.now += 151 * kMilli;
  EXPECT_FALSE(bridge.core.Answers(bridge.at.now));
}

TEST(StandInTest, NoticesAResetAndPowerThatWasAway) {
  Bridged reset, power, neither;
  for (Bridged* const bridge : {&reset, &power, &neither}) {
    EXPECT_TRUE(bridge->Report(1, 100 * kMilli));
    EXPECT_FALSE(bridge->core.was_reset());
  }
  EXPECT_TRUE(reset.Report(2, 200 * kMilli));
  EXPECT_TRUE(power.Report(1, 50 * kMilli));
  EXPECT_TRUE(neither.Report(1, 101 * kMilli));
  EXPECT_TRUE(reset.core.was_reset());
  EXPECT_TRUE(power.core.was_reset());
  EXPECT_FALSE(neither.core.was_reset());
}

TEST(StandInTest, QuestionsThatWereSwappedOnTheirWayAreNoReset) {
  Bridged bridge;
  EXPECT_TRUE(bridge.Report(1, 112 * kMilli, true, 0, 20 * kMilli));
  bridge.at.now -= 19 * kMilli;  // asked a millisecond after that one, and read before it
  EXPECT_TRUE(bridge.Report(1, 100 * kMilli, true, 0, 20 * kMilli));
  EXPECT_FALSE(bridge.core.was_reset());
}

TEST(StandInTest, WhatTheBoardPlaysForNoPlanIsStoppedUnlessNobodyElsePlaysIt) {
  for (const bool alone : {false, true}) {
    Bridged bridge;
    const auto stops = [&bridge] {
      bridge.core.Turn(bridge.at);
      return std::count(bridge.asked.begin(), bridge.asked.end(), FrameType::kStop);
    };
    EXPECT_TRUE(bridge.Report(1, 100, true, alone ? 1 : 2));
    EXPECT_EQ(stops(), 0);
    bridge.at.now += 5000 * kMilli;
    EXPECT_EQ(stops(), 0) << "the coordinator was not heard";
    bridge.core.Hear(plan::Welcome{1, 3});
    bridge.at.now += 100 * kMilli;
    EXPECT_EQ(stops(), 0);
    bridge.at.now += 900 * kMilli;
    EXPECT_EQ(stops(), 0) << "its plan may be on its way";
    bridge.at.now += 200 * kMilli;
    EXPECT_EQ(stops(), alone ? 0 : 1);
  }
}

TEST(StandInTest, ANodeForNothingButWhatTheShowKeepsOnIt) {
  const plan::Hello hello = Bridged().core.Hello();
  EXPECT_EQ(hello.name, "mcu-1");
  EXPECT_EQ(hello.cores, 0u);
  EXPECT_EQ(hello.networks.size(), 1u);
  EXPECT_FALSE(hello.can_output);
}

TEST(StandInTest, AStateOfWhatIsNotPlayedIsRefusedOnce) {
  Bridged bridge;
  const StateAsked asked{.number = 4, .task = 7, .generation = 1};
  bridge.core.Wish(asked);
  bridge.core.Turn(bridge.at);
  ASSERT_EQ(bridge.answers.size(), 1u);
  EXPECT_EQ(bridge.answers[0].number, 4u);
  EXPECT_EQ(bridge.answers[0].outcome, StateAnswer::Outcome::kNotHere);
  bridge.core.Wish(std::nullopt);
  bridge.core.Turn(bridge.at);
  EXPECT_EQ(bridge.answers.size(), 1u);
}

}  // namespace
}  // namespace continuo::mcu
