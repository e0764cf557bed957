// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/leadership.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr LeadershipTiming kTiming;
constexpr Nanoseconds kTtl = kTiming.ttl_s * 1000 * kMs;

template <typename T>
const T* Find(const LeadershipEffects& effects) {
  for (const LeadershipEffect& effect : effects) {
    if (const T* found = std::get_if<T>(&effect)) return found;
  }
  return nullptr;
}

/// The question of that kind among the effects; its number is 0 if there is none.
template <typename T>
std::uint64_t Asked(const LeadershipEffects& effects) {
  for (const LeadershipEffect& effect : effects) {
    const auto* ask = std::get_if<AskStore>(&effect);
    if (ask != nullptr && std::holds_alternative<T>(ask->what)) return ask->number;
  }
  return 0;
}

class LeadershipTest : public testing::Test {
 protected:
  /// Nobody leads; elected at `when` under lease 7 with revision 40.
  void Elect(Nanoseconds when) {
    const auto reads = self_.Tick(when);
    const auto grants = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{}}, when);
    const auto claims = self_.Take({Asked<GrantLease>(grants), LeaseGranted{7, 2}}, when);
    const auto begins =
        self_.Take({Asked<ClaimLeaderKey>(claims), LeaderSeen{40, 7, "one:7400"}}, when);
    ASSERT_NE(Find<BeginReign>(begins), nullptr);
    ASSERT_EQ(Find<BeginReign>(begins)->guard, 40);
  }
  /// Up to a lost claim: lease 7 was granted at `when`, the key may be made or not.
  void ClaimInVain(Nanoseconds when) {
    const auto reads = self_.Tick(when);
    const auto grants = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{}}, when);
    const auto claims = self_.Take({Asked<GrantLease>(grants), LeaseGranted{7, 2}}, when);
    ASSERT_NE(Asked<ClaimLeaderKey>(claims), 0u);
  }

  Leadership self_{"one:7400"};
};

TEST_F(LeadershipTest, ItsAddressIsInTheKey) {
  const auto reads = self_.Tick(0);
  const auto grants = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{}}, 0);
  const auto claims = self_.Take({Asked<GrantLease>(grants), LeaseGranted{7, 2}}, 0);
  const auto* ask = Find<AskStore>(claims);
  ASSERT_NE(ask, nullptr);
  EXPECT_EQ(std::get<ClaimLeaderKey>(ask->what).address, "one:7400");
  EXPECT_EQ(std::get<ClaimLeaderKey>(ask->what).lease, 7);
}

TEST_F(LeadershipTest, WhoFindsALeaderNamesItAndDoesNotCampaign) {
  const auto reads = self_.Tick(0);
  const auto seen = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{12, 5, "two:7400"}}, 0);
  ASSERT_NE(Find<NameLeader>(seen), nullptr);
  EXPECT_EQ(Find<NameLeader>(seen)->address, "two:7400");
  EXPECT_EQ(Find<AskStore>(seen), nullptr);
  EXPECT_NE(Asked<ReadLeaderKey>(self_.Tick(kTiming.look_every)), 0u);
}

TEST_F(LeadershipTest, ALeaderStopsBeforeItsLeaseCanEnd) {
  Elect(0);
  Nanoseconds now = 0;
  const EndReign* end = nullptr;
  LeadershipEffects effects;
  while (end == nullptr && now < 2 * kTtl) {
    now = self_.NextTick();
    effects = self_.Tick(now);  // the store is silent
    end = Find<EndReign>(effects);
  }
  ASSERT_NE(end, nullptr);
  EXPECT_EQ(now, kTtl - kTiming.margin);
  EXPECT_FALSE(self_.leads());
  EXPECT_NE(Asked<RevokeLease>(effects), 0u);
}

TEST_F(LeadershipTest, ALeaseCountsFromTheQuestionNotFromItsAnswer) {
  Elect(0);
  const Nanoseconds asked = self_.NextTick();
  const auto keeps = self_.Tick(asked);
  self_.Take({Asked<KeepLease>(keeps), LeaseKept{2}}, asked + 300 * kMs);
  EXPECT_EQ(self_.leads_until(), asked + kTtl - kTiming.margin);
}

TEST_F(LeadershipTest, AGrantedTimeThatIsLongerIsUsed) {
  Elect(0);
  const Nanoseconds asked = self_.NextTick();
  const auto keeps = self_.Tick(asked);
  self_.Take({Asked<KeepLease>(keeps), LeaseKept{5}}, asked);
  EXPECT_EQ(self_.leads_until(), asked + 5000 * kMs - kTiming.margin);
}

TEST_F(LeadershipTest, StoppedForLongerThanItsLeaseItStopsFirstOfAll) {
  Elect(0);
  const auto effects = self_.Tick(10 * kTtl);
  ASSERT_FALSE(effects.empty());
  EXPECT_TRUE(std::holds_alternative<EndReign>(effects.front()));
}

TEST_F(LeadershipTest, AnAnswerThatLayInTheQueueWhileItWasStoppedDoesNotKeepItLeading) {
  Elect(0);
  const Nanoseconds asked = self_.NextTick();
  const auto keeps = self_.Tick(asked);
  const auto woken = self_.Take({Asked<KeepLease>(keeps), LeaseKept{2}}, asked + kTtl);
  EXPECT_NE(Find<EndReign>(woken), nullptr);
}

TEST_F(LeadershipTest, AClaimAnsweredTooLateIsNoReign) {
  const auto reads = self_.Tick(0);
  const auto grants = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{}}, 0);
  const auto claims = self_.Take({Asked<GrantLease>(grants), LeaseGranted{7, 2}}, 0);
  const auto late = self_.Take({Asked<ClaimLeaderKey>(claims), LeaderSeen{40, 7, ""}}, kTtl);
  EXPECT_EQ(Find<BeginReign>(late), nullptr);
  EXPECT_NE(Asked<RevokeLease>(late), 0u) << "others would wait for it to end";
}

TEST_F(LeadershipTest, AClaimWhoseAnswerIsLostIsFoundInTheKey) {
  ClaimInVain(0);
  const auto reads = self_.Tick(kTiming.patience);
  const auto seen =
      self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{40, 7, "one:7400"}}, kTiming.patience);
  ASSERT_NE(Find<BeginReign>(seen), nullptr);
  EXPECT_EQ(self_.leads_until(), kTtl - kTiming.margin);
}

TEST_F(LeadershipTest, ALostClaimIsGivenUpBeforeAnotherIsMade) {
  ClaimInVain(0);
  const auto reads = self_.Tick(kTiming.patience);
  const auto seen = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{}}, kTiming.patience);
  EXPECT_NE(Asked<RevokeLease>(seen), 0u) << "or the lost one makes the key when it is found";
  EXPECT_NE(Asked<GrantLease>(seen), 0u);
}

TEST_F(LeadershipTest, ALostRaceGivesTheLeaseBack) {
  ClaimInVain(0);
  const auto reads = self_.Tick(kTiming.patience);
  const auto seen =
      self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{41, 8, "two:7400"}}, kTiming.patience);
  EXPECT_EQ(Find<BeginReign>(seen), nullptr);
  EXPECT_NE(Asked<RevokeLease>(seen), 0u);
}

TEST_F(LeadershipTest, AnAnswerToAnOlderQuestionChangesNothing) {
  const auto lost = Asked<ReadLeaderKey>(self_.Tick(0));
  const auto asked = Asked<ReadLeaderKey>(self_.Tick(kTiming.patience));
  EXPECT_NE(asked, lost);
  EXPECT_TRUE(self_.Take({lost, LeaderSeen{}}, kTiming.patience).empty());
}

TEST_F(LeadershipTest, TheKeyOfAnotherEndsAReign) {
  Elect(0);
  const Nanoseconds kept = self_.NextTick();
  self_.Take({Asked<KeepLease>(self_.Tick(kept)), LeaseKept{2}}, kept);
  const Nanoseconds read = self_.NextTick();
  const auto reads = self_.Tick(read);
  const auto seen = self_.Take({Asked<ReadLeaderKey>(reads), LeaderSeen{90, 8, "two:7400"}}, read);
  EXPECT_NE(Find<EndReign>(seen), nullptr);
}

TEST_F(LeadershipTest, AKeyThatSomebodyDeletedEndsAReign) {
  Elect(0);
  const Nanoseconds kept = self_.NextTick();
  self_.Take({Asked<KeepLease>(self_.Tick(kept)), LeaseKept{2}}, kept);
  const Nanoseconds read = self_.NextTick();
  const auto seen = self_.Take({Asked<ReadLeaderKey>(self_.Tick(read)), LeaderSeen{}}, read);
  EXPECT_NE(Find<EndReign>(seen), nullptr);
}

TEST_F(LeadershipTest, ALeaseThatTheStoreDoesNotKnowEndsAReign) {
  Elect(0);
  const Nanoseconds now = self_.NextTick();
  EXPECT_NE(Find<EndReign>(self_.Take({Asked<KeepLease>(self_.Tick(now)), LeaseKept{0}}, now)),
            nullptr);
}

TEST_F(LeadershipTest, OneLostAnswerDoesNotEndAReign) {
  Elect(0);
  const Nanoseconds first = self_.NextTick();
  self_.Tick(first);  // lost
  const Nanoseconds again = self_.NextTick();
  const auto keeps = self_.Tick(again);
  ASSERT_NE(Asked<KeepLease>(keeps), 0u);
  self_.Take({Asked<KeepLease>(keeps), LeaseKept{2}}, again);
  EXPECT_EQ(self_.leads_until(), again + kTtl - kTiming.margin);
}

TEST_F(LeadershipTest, WhatTheStoreSaidLastIsInTheReason) {
  Elect(0);
  const Nanoseconds now = self_.NextTick();
  self_.Take({Asked<KeepLease>(self_.Tick(now)), StoreFailed{"no route"}}, now);
  const auto effects = self_.Tick(kTtl);
  ASSERT_NE(Find<EndReign>(effects), nullptr);
  EXPECT_NE(Find<EndReign>(effects)->why.find("no route"), std::string::npos);
}

TEST_F(LeadershipTest, ARefusedWriteEndsAReignAtOnce) {
  Elect(0);
  const auto effects = self_.StepDown("its write was refused", 0, kMs);
  ASSERT_NE(Find<EndReign>(effects), nullptr);
  EXPECT_NE(Asked<ReadLeaderKey>(self_.Tick(self_.NextTick())), 0u) << "it campaigns again";
}

TEST_F(LeadershipTest, WhoCannotTakeOverLetsOthersGoFirst) {
  Elect(0);
  self_.StepDown("the journal is damaged", 3000 * kMs, kMs);
  Nanoseconds now = kMs;
  while (now < 3000 * kMs) {
    const auto effects = self_.Take({Asked<ReadLeaderKey>(self_.Tick(now)), LeaderSeen{}}, now);
    EXPECT_EQ(Asked<GrantLease>(effects), 0u) << now;
    now = self_.NextTick();
  }
  EXPECT_NE(Asked<GrantLease>(self_.Take(
                {Asked<ReadLeaderKey>(self_.Tick(3002 * kMs)), LeaderSeen{}}, 3002 * kMs)),
            0u);
}

TEST_F(LeadershipTest, AnOrderlyEndLeavesTheKeyToOthersAndNeverComesBack) {
  Elect(0);
  const auto effects = self_.Resign(kMs);
  EXPECT_NE(Find<EndReign>(effects), nullptr);
  EXPECT_NE(Asked<RevokeLease>(effects), 0u);
  EXPECT_TRUE(self_.Tick(10 * kTtl).empty());
}

TEST_F(LeadershipTest, AReignEndsBeforeItsLeaseIsGivenBack) {
  Elect(0);
  const auto effects = self_.Resign(kMs);
  EXPECT_TRUE(std::holds_alternative<EndReign>(effects.front()));
}

}  // namespace
}  // namespace continuo::coordinator
