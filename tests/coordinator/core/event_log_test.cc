// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The small show plays on five nodes.
class EventLogTest : public testing::Test {
 protected:
  EventLogTest() {
    stage_.Take(BeginningOfTerm());
    for (const char* name : {"pi-1", "pi-2", "pi-3"}) stage_.Attach(name, {"compute"});
    for (const char* name : {"rack-a", "rack-b"}) stage_.Attach(name, {"output"});
    ShowApplied applied{1, SmallShow(), "show: small", SmallAssets()};
    applied.by = "ana@desk";
    stage_.Take(applied);
    const plan::Plan plan = stage_.ledger().plan;
    for (const plan::Node& node : plan.nodes) {
      stage_.Take(AgentSpoke{stage_.ConnectionOf(node.name),
                             plan::PlanPrepared{plan.term, plan.version, ""}});
    }
    stage_.Pass(2'000'000'000);
  }

  std::vector<LogEntry> All() { return stage_.log().Since(0, 10'000); }
  /// The first that says so.
  LogEntry Find(const std::string& text) {
    for (const LogEntry& entry : All()) {
      if (entry.text.find(text) != std::string::npos) return entry;
    }
    ADD_FAILURE() << "nothing says " << text;
    return {};
  }
  void Set(float value, RequestId request) {
    EventRequested wish;
    wish.request = request;
    wish.task = "desk";
    wish.param = "gain.1";
    wish.value = Event::FromFloat(value);
    stage_.Take(wish);
  }

  Stage stage_;
};

TEST_F(EventLogTest, NumbersAreCountedAndCausesComeBefore) {
  std::uint64_t last = 0;
  MediaTime n = 0;
  for (const LogEntry& entry : All()) {
    EXPECT_EQ(entry.number, last + 1) << entry.text;
    EXPECT_LT(entry.cause, entry.number) << entry.text;
    EXPECT_GE(entry.n, n) << entry.text;
    last = entry.number;
    n = entry.n;
  }
}

TEST_F(EventLogTest, AnApplyIsFollowedToItsAnswer) {
  const LogEntry asked = Find("ana@desk applies \"small\"");
  EXPECT_EQ(asked.kind, LogEntry::Kind::kCommand);
  EXPECT_EQ(Find("preparing").cause, asked.number);
}

TEST_F(EventLogTest, ARefusalSaysWhyAndOfWhat) {
  Set(99, 7);
  const LogEntry refused = Find("refused: desk gain.1 = 99");
  EXPECT_EQ(refused.cause, Find("asked: set desk gain.1 99").number);
  EXPECT_EQ(refused.severity, Severity::kWarning);
}

TEST_F(EventLogTest, AVerdictThatComesLaterKnowsItsCommand) {
  Set(-6, 8);
  const EventId id = stage_.ledger().events.back().event.id;
  stage_.Take(
      AgentSpoke{stage_.ConnectionOf("pi-2"), plan::VerdictReached{0, id, Verdict::kCommitted}});
  const LogEntry verdict = Find("COMMITTED: desk gain.1 = -6");
  EXPECT_EQ(verdict.cause, Find("asked: set desk gain.1 -6").number);
}

TEST_F(EventLogTest, ADeathIsFollowedToWhatIsDoneAboutIt) {
  stage_.Leave("pi-1");
  stage_.silent.insert("pi-1");
  stage_.Pass(3'000'000'000);
  const LogEntry left = Find("the stream of \"pi-1\" ended");
  const LogEntry doubted = Find("\"pi-1\" is probably dead");
  const LogEntry heal = Find("begins: restore a replica of");
  EXPECT_LT(left.number, doubted.number);
  EXPECT_NE(doubted.cause, 0u);
  EXPECT_EQ(heal.cause, doubted.number);
  const LogEntry join = Find("joins");
  EXPECT_THAT(Find("operation 1:").text, HasSubstr("operation 1"));
  EXPECT_GE(join.cause, heal.number) << "of the operation that it is a step of";
}

TEST_F(EventLogTest, AStormOfParametersPushesOutOnlyItsOwnKind) {
  for (RequestId request = 100; request < 6000; ++request) Set(-6, request);
  EXPECT_THAT(Find("ana@desk applies").text, HasSubstr("small"));
  EXPECT_LE(All().size(), EventLog::kMost + EventLog::kMostOfEvents);
  EXPECT_THAT(stage_.log().Since(0, 10), SizeIs(10));
  const std::uint64_t last = All().back().number;
  EXPECT_THAT(stage_.log().Since(last, 10), IsEmpty());
  EXPECT_THAT(stage_.log().Since(last - 3, 10), SizeIs(3));
}

TEST_F(EventLogTest, TheJournalTellsItAgain) {
  const State again = stage_.ReplayedState();
  const auto told = again.log.Since(0, 10'000);
  ASSERT_FALSE(told.empty());
  EXPECT_THAT(told.front().text, HasSubstr("term 1 begins"));
  bool found = false;
  for (const LogEntry& entry : told) found |= entry.text == "ana@desk applies \"small\"";
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace continuo::coordinator
