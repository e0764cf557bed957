// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/margin_watch.h"

#include <gmock/gmock.h>

#include "coordinator/core/stage.h"
#include "coordinator/core/watch.h"

namespace continuo::coordinator {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Nanoseconds kStep = 250'000'000, kSecond = 1'000'000'000;
constexpr plan::NodeId kReceiver = 1, kSender = 2;
constexpr auto kLow = plan::IncidentKind::kMarginLow;
constexpr auto kWell = plan::IncidentKind::kMarginWell;

/// One stream that is needed 100 ms after the end of its packets, of which `delays` come so late, in ms.
plan::Status Late(const std::vector<int>& delays) {
  plan::Status status;
  plan::StreamStatus& stream = status.streams.emplace_back();
  stream.task = 3;
  stream.needed_after = FramesOfMs(100);
  for (const int delay : delays) {
    plan::LegStatus& leg = stream.legs.emplace_back();
    leg.node = kSender;
    leg.network = stream.legs.size() == 1 ? plan::Network::kRed : plan::Network::kBlue;
    leg.measured = leg.fresh = true;
    leg.delay_now = FramesOfMs(delay);
  }
  return status;
}

class MarginWatchTest : public ::testing::Test {
 protected:
  /// A node says so four times a second. Kinds of the incidents that come of it.
  std::vector<plan::IncidentKind> Say(const plan::Status& status, Nanoseconds duration) {
    std::vector<plan::IncidentKind> kinds;
    for (const Nanoseconds end = now_ + duration; now_ < end; now_ += kStep) {
      for (const plan::Incident& incident : watch_.Take(ledger_, kReceiver, status, now_)) {
        kinds.push_back(incident.kind);
        text_ = incident.text;
      }
    }
    return kinds;
  }

  Ledger ledger_;
  MarginWatch watch_;
  Nanoseconds now_ = 7 * kSecond;
  std::string text_;
};

TEST_F(MarginWatchTest, AnAlarmIsRaisedOnceAndClearedOnce) {
  EXPECT_THAT(Say(Late({-300, 70}), 5 * kSecond), IsEmpty()) << "30 % are left";
  EXPECT_THAT(Say(Late({-300, 72}), 60 * kSecond), ElementsAre(kLow));
  EXPECT_THAT(text_, AllOf(HasSubstr("task 3"), HasSubstr("over blue 72.0 ms after its time"),
                           HasSubstr("28 % margin are left"), HasSubstr("continuo latency")));
  EXPECT_THAT(Say(Late({-300, 50}), 10 * kSecond), IsEmpty());
  EXPECT_THAT(Say(Late({-300, 50}), 10 * kSecond), ElementsAre(kWell));
  EXPECT_THAT(Say(Late({-300, 50}), 60 * kSecond), IsEmpty());
}

TEST_F(MarginWatchTest, OneThatComesAndGoesIsOneAlarm) {
  EXPECT_THAT(Say(Late({80}), kStep), ElementsAre(kLow)) << "one late packet is reason enough";
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Say(Late({10}), 9 * kSecond), IsEmpty());
    EXPECT_THAT(Say(Late({65}), kStep), IsEmpty()) << "neither low nor well";
  }
  EXPECT_THAT(Say(Late({10}), 11 * kSecond), ElementsAre(kWell));
}

TEST_F(MarginWatchTest, ASenderThatIsLateOnAllItsWiresIsOneAlarm) {
  plan::Status status = Late({90, 95});
  status.streams.push_back(status.streams[0]);
  status.streams[1].task = 4;
  status.streams[1].legs[0].delay_now = FramesOfMs(120);
  EXPECT_THAT(Say(status, kSecond), ElementsAre(kLow));
  EXPECT_THAT(text_, AllOf(HasSubstr("task 4"), HasSubstr("over red"), HasSubstr(" 0 % margin")));
}

TEST_F(MarginWatchTest, OldFiguresAndStreamsThatNobodyNeedsAreNoAlarm) {
  plan::Status status = Late({90});
  status.streams[0].legs[0].fresh = false;
  EXPECT_THAT(Say(status, kSecond), IsEmpty());
  status = Late({90});
  status.streams[0].needed_after = 0;
  EXPECT_THAT(Say(status, kSecond), IsEmpty());
}

TEST_F(MarginWatchTest, ANodeThatBeginsAnewIsJudgedAnew) {
  EXPECT_THAT(Say(Late({90}), kSecond), ElementsAre(kLow));
  watch_.Forget(kReceiver);
  EXPECT_THAT(Say(Late({90}), kSecond), ElementsAre(kLow));
}

// Through the whole core: what a node reports becomes an incident with its name, for whoever reads the log.
TEST(Margins, AnAlarmIsInTheLog) {
  Stage stage;
  stage.Take(Started{Stage::kClock, 0, "test", ""});
  stage.Attach("pi-1", {"compute"});
  EXPECT_THAT(stage.Take(AgentSpoke{stage.ConnectionOf("pi-1"), Late({90})}),
              HasSubstr("pi-1: margin-low: "));
  const auto incidents = stage.Look().incidents;
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].node, "pi-1");
  EXPECT_EQ(incidents[0].incident.kind, kLow);
}

}  // namespace
}  // namespace continuo::coordinator
