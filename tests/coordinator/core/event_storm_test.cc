// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "coordinator/core/events.h"
#include "coordinator/core/stage.h"
#include "proto/plan/media_time.h"

// More is wished for than the replicas give verdicts on: a death holds them up.

namespace continuo::coordinator {
namespace {

constexpr int kStorm = 1000;
constexpr Nanoseconds kTick = 10'000'000;

class EventStormTest : public testing::Test {
 protected:
  EventStormTest() {
    PlaySmallShow(stage_);
    EventRequested wish;
    wish.task = "desk";
    wish.param = "gain";
    wish.value = Event::FromFloat(-6.0f);
    for (int i = 0; i < kStorm; ++i) stage_.Take(wish);
  }

  /// How often each event is handed out within so long; no more than allowed in any tick.
  std::map<std::string, int> Pass(Nanoseconds duration) {
    std::map<std::string, int> times;
    for (Nanoseconds passed = 0; passed < duration; passed += kTick) {
      std::map<std::string, int> now;
      const std::string text = stage_.Pass(kTick);
      for (std::size_t at = text.find(" Event "); at != std::string::npos;
           at = text.find(" Event ", at + 1)) {
        ++now[text.substr(at + 7, text.find(' ', at + 7) - at - 7)];
      }
      EXPECT_LE(now.size(), static_cast<std::size_t>(kResendsPerTick));
      for (const auto& [event, to_replicas] : now) ++times[event];
    }
    return times;
  }

  Stage stage_;
};

TEST_F(EventStormTest, AllAreHandedOutAgainAndNeverAllAtOnce) {
  EXPECT_EQ(Pass(500'000'000).size(), static_cast<std::size_t>(kStorm));
}

TEST_F(EventStormTest, WhatNobodyAnswersIsAskedLessAndLess) {
  Pass(2'000'000'000);
  for (const auto& [event, times] : Pass(2'000'000'000)) EXPECT_LE(times, 3) << event;
}

TEST_F(EventStormTest, WhoComesBackIsAskedAboutAllOfThemSoon) {
  Pass(2'000'000'000);
  stage_.Leave("pi-1");
  stage_.Attach("pi-1", {"compute", "held=1.1"});
  EXPECT_EQ(Pass(300'000'000).size(), static_cast<std::size_t>(kStorm));
}

/// Who knew it may have left by the time of the next turn.
TEST_F(EventStormTest, WhatHasNoVerdictIsAskedAboutSoonAfterItsDate) {
  Stage stage;
  PlaySmallShow(stage);
  EventRequested wish;
  wish.task = "desk";
  wish.param = "gain";
  wish.at = session::BarBeat{3, 1, 0};
  stage.Take(wish);
  const Ledger& ledger = stage.ledger();
  const Nanoseconds date = plan::TimeAt(ledger.media, ledger.events.back().event.at);
  stage.Pass(date - stage.now());
  EXPECT_NE(stage.Pass(kResendPeriod + kTick).find(" Event "), std::string::npos);
}

}  // namespace
}  // namespace continuo::coordinator
