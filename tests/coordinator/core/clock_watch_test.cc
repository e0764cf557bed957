// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/clock_watch.h"

#include <gmock/gmock.h>

#include "coordinator/core/stage.h"
#include "coordinator/core/watch.h"

namespace continuo::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Nanoseconds kStep = 250'000'000, kSecond = 1'000'000'000;

plan::ClockStatus Locked() {
  plan::ClockStatus status;
  status.follows = true;
  status.state = clock::LockState::kLocked;
  status.port = wire::PtpPortState::kSlave;
  status.grandmaster = 0x001122fffe334455;
  status.offset = 300;
  status.error = 1'500;
  return status;
}

plan::ClockStatus Holding() {
  plan::ClockStatus status = Locked();
  status.state = clock::LockState::kHoldover;
  status.port = wire::PtpPortState::kListening;
  status.offset = 0;
  return status;
}

class ClockWatchTest : public ::testing::Test {
 protected:
  /// "pi-1" says so four times a second. Kinds of the incidents that come of it.
  std::vector<plan::IncidentKind> Say(const plan::ClockStatus& status, Nanoseconds duration) {
    std::vector<plan::IncidentKind> kinds;
    for (const Nanoseconds end = now_ + duration; now_ < end; now_ += kStep) {
      for (const plan::Incident& incident : watch_.Take("pi-1", status, now_)) {
        kinds.push_back(incident.kind);
        text_ = incident.text;
      }
    }
    return kinds;
  }

  ClockWatch watch_;
  Nanoseconds now_ = 7 * kSecond;
  std::string text_;
};

TEST_F(ClockWatchTest, HoldoverIsRaisedOnceAndClearedOnce) {
  EXPECT_THAT(Say(Locked(), 10 * kSecond), IsEmpty());
  EXPECT_THAT(Say(Holding(), 60 * kSecond), ElementsAre(plan::IncidentKind::kHoldover));
  EXPECT_THAT(text_, HasSubstr("no grandmaster is followed"));
  EXPECT_THAT(text_, HasSubstr("bring a grandmaster back"));
  EXPECT_THAT(Say(Locked(), 60 * kSecond), ElementsAre(plan::IncidentKind::kClockWell));
  EXPECT_THAT(text_, HasSubstr("follows 001122.fffe.334455 again"));
}

TEST_F(ClockWatchTest, AMomentIsNoAlarm) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Say(Holding(), kClockAlarmAfter), IsEmpty());
    EXPECT_THAT(Say(Locked(), kStep), IsEmpty());
  }
}

TEST_F(ClockWatchTest, OneThatComesAndGoesIsOneAlarm) {
  EXPECT_THAT(Say(Holding(), 2 * kSecond), ElementsAre(plan::IncidentKind::kHoldover));
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Say(Locked(), kClockWellAfter - kStep), IsEmpty());
    EXPECT_THAT(Say(Holding(), 2 * kSecond), IsEmpty());
  }
  EXPECT_THAT(Say(Locked(), kClockWellAfter + kStep), ElementsAre(plan::IncidentKind::kClockWell));
}

TEST_F(ClockWatchTest, AStrangerAndASilentDaemonAreAlarmsOfTheirOwn) {
  plan::ClockStatus stranger = Holding();
  stranger.port = wire::PtpPortState::kSlave;
  stranger.allowed = false;
  EXPECT_THAT(Say(stranger, 3 * kSecond),
              ElementsAre(plan::IncidentKind::kStrangeClock, plan::IncidentKind::kHoldover));
  plan::ClockStatus silent = Holding();
  silent.port = wire::PtpPortState::kNone;
  EXPECT_THAT(Say(silent, 3 * kSecond), ElementsAre(plan::IncidentKind::kPtpSilent));
  EXPECT_THAT(text_, HasSubstr("start it on pi-1 again"));
  // The stranger has been gone for long enough by now; holdover goes on.
  EXPECT_THAT(Say(silent, 5 * kSecond), ElementsAre(plan::IncidentKind::kClockWell));
  EXPECT_THAT(Say(Locked(), 6 * kSecond),
              ElementsAre(plan::IncidentKind::kClockWell, plan::IncidentKind::kClockWell));
}

TEST_F(ClockWatchTest, WhatAPtp4lThatEndsAgainAndAgainSaysIsTold) {
  plan::ClockStatus status = Locked();
  status.daemon = "ptp4l ended 5 times, the last with code 1";
  EXPECT_THAT(Say(status, 2 * kSecond), ElementsAre(plan::IncidentKind::kPtpSilent));
  EXPECT_THAT(text_, HasSubstr("ended 5 times"));
}

TEST_F(ClockWatchTest, SilenceIsNoEvidence) {
  EXPECT_THAT(Say(Holding(), 3 * kStep), IsEmpty());
  now_ += 60 * kSecond;  // its node was gone
  EXPECT_THAT(Say(Holding(), 3 * kStep), IsEmpty());
  EXPECT_THAT(Say(Holding(), kSecond), ElementsAre(plan::IncidentKind::kHoldover));
}

TEST_F(ClockWatchTest, TheWorstOfEachSecondIsRemembered) {
  plan::ClockStatus status = Locked();
  Say(status, 2 * kStep);
  status.offset = -900;
  Say(status, 2 * kStep);
  Say(Holding(), kSecond);
  EXPECT_THAT(watch_.OffsetsOf("pi-1"), ElementsAre(-900, ClockWatch::kNone));
  Say(Locked(), 100 * kSecond);
  EXPECT_EQ(watch_.OffsetsOf("pi-1").size(), ClockWatch::kSeconds);
  EXPECT_THAT(watch_.OffsetsOf("pi-2"), IsEmpty());
}

TEST_F(ClockWatchTest, WhoDoesNotFollowPtpHasNoAlarms) {
  EXPECT_THAT(Say(plan::ClockStatus(), 10 * kSecond), IsEmpty());
  EXPECT_THAT(watch_.OffsetsOf("pi-1"), IsEmpty());
}

TEST(ClockAlarms, AreInTheLogAndAmongTheIncidentsOfTheCluster) {
  Stage stage;
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  stage.Attach("pi-1", {"compute"});
  plan::Status status;
  status.clock = Holding();
  for (int i = 0; i < 8; ++i) {
    stage.Take(AgentSpoke{stage.ConnectionOf("pi-1"), status});
    stage.Take(ClockSeen{Holding()});
    stage.Pass(kStep);
  }
  std::string told;
  for (const LogEntry& entry : stage.log().Since(0, 100)) told += entry.text + "\n";
  EXPECT_THAT(told, HasSubstr("pi-1: holdover: the clock follows nobody"));
  EXPECT_THAT(told, HasSubstr("the coordinator: holdover: the clock follows nobody"));
  const View view = stage.Look();
  ASSERT_EQ(view.incidents.size(), 2u);
  EXPECT_EQ(view.incidents[0].node, "pi-1");
  EXPECT_TRUE(view.clock.follows);
  EXPECT_THAT(view.nodes[0].clock_offsets, Not(IsEmpty()));
}

constexpr clock::MapEntry kBefore = clock::FirstEntry(0xa);
const clock::MapEntry kThen = clock::NextEntry(1, 0xb, 300'000'000, 96'000);

TEST(MediaTimeMap, AnEntryIsTakenOnceToldAndThereAfterAReplay) {
  Stage stage;
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  EXPECT_THAT(stage.Take(MapLearned{{kBefore}}), HasSubstr("tell map 1"));
  const std::string told = stage.Take(MapLearned{{kThen}});
  EXPECT_THAT(told, HasSubstr("media-time map 2: from n = 96000 on media time is counted by"));
  EXPECT_THAT(told, HasSubstr("tell map 2"));
  EXPECT_EQ(stage.Take(MapLearned{{kBefore, kThen}}), "");
  EXPECT_EQ(stage.ledger().map.version(), 2u);
  EXPECT_TRUE(stage.Replayed() == stage.ledger());
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  EXPECT_EQ(stage.ledger().map.entries().back(), kThen) << "another term knows it";
}

TEST(MediaTimeMap, WhatAgentsRememberIsTakenOver) {
  Stage stage;
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  EXPECT_THAT(stage.Take(MapLearned{{kBefore, kThen}}), HasSubstr("tell map 2"));
  EXPECT_EQ(stage.ledger().map.entries().size(), 2u);
}

TEST(MediaTimeMap, NoNonsenseIsTaken) {
  Stage stage;
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  clock::MapEntry wrong = kBefore;
  wrong.grandmaster = 0;
  EXPECT_EQ(stage.Take(MapLearned{{wrong, {}}}), "");
  EXPECT_EQ(stage.ledger().map.version(), 0u);
}

}  // namespace
}  // namespace continuo::coordinator
