// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/shared_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "coordinator/core/stage.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;
using Fate = Appended::Fate;

/// A store in memory, with etcd's rules; what is to go wrong next is said beforehand.
class ModelStore final : public SharedStore {
 public:
  Written Write(Revision guard, std::span<const Entry> entries) override {
    ++writes;
    biggest = std::max(biggest, entries.size());
    if (refuse) return {SharedStore::Fate::kRefused, "", "no space"};
    if (lost_before > 0) {
      --lost_before;
      return {};
    }
    if (guard != leader) return {SharedStore::Fate::kDeposed, "", "two:7400 leads now"};
    const auto taken = keys.find(entries.front().key);
    if (taken != keys.end()) return {SharedStore::Fate::kTaken, taken->second, ""};
    for (const Entry& entry : entries) keys[entry.key] = entry.value;
    if (lost_after > 0) {
      --lost_after;
      return {};
    }
    return {SharedStore::Fate::kWritten, "", ""};
  }
  Confirmed Confirm(Revision guard) override {
    return guard == leader ? Confirmed::kYes : Confirmed::kNo;
  }
  Page Read(const std::string& from, const std::string& to) override {
    Page page;
    auto next = keys.lower_bound(from);
    for (; next != keys.end() && next->first < to && page.entries.size() < 3; ++next) {
      page.entries.push_back({next->first, next->second});
    }
    page.more = next != keys.end() && next->first < to;
    return page;
  }

  std::map<std::string, std::string> keys;
  Revision leader = 1;
  int lost_before = 0;  ///< so many writes do not arrive
  int lost_after = 0;   ///< so many are carried out and not answered
  bool refuse = false;
  int writes = 0;
  std::size_t biggest = 0;
};

class SharedJournalTest : public testing::Test {
 protected:
  std::unique_ptr<Journal> Reign(Revision guard) {
    store_.leader = guard;
    auto journal = MakeSharedJournal(store_, guard, [this] { return !(over_-- <= 0); });
    EXPECT_EQ(journal->ForEach([](const Input&) {}), "");
    return journal;
  }
  static std::vector<Input> Inputs(int count) {
    std::vector<Input> inputs;
    for (int i = 1; i <= count; ++i) inputs.push_back({i, AgentLeft{static_cast<ConnectionId>(i)}});
    return inputs;
  }
  std::vector<ConnectionId> Rows(Journal& journal) {
    std::vector<ConnectionId> rows;
    wrong_ = journal.ForEach([&rows](const Input& input) {
      rows.push_back(std::get<AgentLeft>(input.what).connection);
    });
    return rows;
  }

  ModelStore store_;
  int over_ = 1000;  // the lease is over after so many looks at it
  std::string wrong_;
};

TEST_F(SharedJournalTest, TheNextLeaderReadsWhatTheLastOneWrote) {
  EXPECT_TRUE(Reign(1)->Append(1, Inputs(7)).durable());
  EXPECT_EQ(Rows(*Reign(2)).size(), 7u);
  EXPECT_EQ(wrong_, "");
}

TEST_F(SharedJournalTest, ReplayGivesTheSameLedger) {
  Stage stage;
  PlaySmallShow(stage);
  ASSERT_TRUE(Reign(1)->Append(1, stage.durable()).durable());
  State replayed;
  EXPECT_EQ(Reign(2)->ForEach([&replayed](const Input& input) { Replay(replayed, input); }), "");
  EXPECT_EQ(replayed.ledger, stage.ledger());
}

TEST_F(SharedJournalTest, ALeaderThatWasReplacedWritesNothing) {
  const auto zombie = Reign(1);
  const auto leader = Reign(2);
  EXPECT_EQ(zombie->Append(1, Inputs(1)).fate, Fate::kDeposed);
  EXPECT_TRUE(store_.keys.empty());
  EXPECT_FALSE(zombie->Confirm());
  EXPECT_TRUE(leader->Append(2, Inputs(1)).durable());
}

TEST_F(SharedJournalTest, AWriteThatWasNotAnsweredIsNotDoneTwice) {
  const auto journal = Reign(1);
  store_.lost_after = 2;
  EXPECT_TRUE(journal->Append(1, Inputs(2)).durable());
  EXPECT_EQ(store_.keys.size(), 2u);
  EXPECT_TRUE(journal->Append(1, Inputs(1)).durable());
  EXPECT_EQ(store_.keys.size(), 3u);
}

TEST_F(SharedJournalTest, AWriteThatDidNotArriveIsTriedAgain) {
  const auto journal = Reign(1);
  store_.lost_before = 2;
  EXPECT_TRUE(journal->Append(1, Inputs(1)).durable());
}

TEST_F(SharedJournalTest, WithoutAnAnswerItIsDeposedWhenItsLeaseMayBeOver) {
  const auto journal = Reign(1);
  store_.lost_before = 1000;
  over_ = 3;
  EXPECT_EQ(journal->Append(1, Inputs(1)).fate, Fate::kDeposed);
  EXPECT_EQ(store_.writes, 3);
}

TEST_F(SharedJournalTest, OverLeaseNothingIsEvenTried) {
  const auto journal = Reign(1);
  over_ = 0;
  EXPECT_EQ(journal->Append(1, Inputs(1)).fate, Fate::kDeposed);
  EXPECT_EQ(store_.writes, 0);
}

TEST_F(SharedJournalTest, RowsOfAnotherUnderTheSameKeysAreNotTakenForOnesOwn) {
  const auto journal = Reign(1);
  store_.keys[SharedJournalKey(1)] = "something else";
  EXPECT_EQ(journal->Append(1, Inputs(1)).fate, Fate::kDeposed);
}

TEST_F(SharedJournalTest, AFullStoreRefusesAndTakesTheNextWhenThereIsRoom) {
  const auto journal = Reign(1);
  store_.refuse = true;
  const Appended appended = journal->Append(1, Inputs(1));
  EXPECT_EQ(appended.fate, Fate::kRefused);
  EXPECT_EQ(appended.why, "no space");
  store_.refuse = false;
  EXPECT_TRUE(journal->Append(1, Inputs(1)).durable());
  EXPECT_EQ(Rows(*journal).size(), 1u);
}

TEST_F(SharedJournalTest, WhatMayStillArriveIsNeverCalledRefused) {
  const auto journal = Reign(1);
  store_.lost_before = 1;
  over_ = 5;
  // The first try is on its way when the store says that it is full.
  class Filling final : public SharedStore {
   public:
    Written Write(Revision, std::span<const Entry>) override {
      return first-- > 0 ? Written{} : Written{SharedStore::Fate::kRefused, "", "no space"};
    }
    Confirmed Confirm(Revision) override { return Confirmed::kYes; }
    Page Read(const std::string&, const std::string&) override { return {}; }
    int first = 1;
  } filling;
  const auto filled = MakeSharedJournal(filling, 1, [this] { return !(over_-- <= 0); });
  EXPECT_EQ(filled->Append(1, Inputs(1)).fate, Fate::kDeposed);
}

TEST_F(SharedJournalTest, ACommandThatIsTooLargeIsRefusedWithItsSize) {
  ShowApplied applied;
  applied.source.assign(2'000'000, ' ');
  const Appended appended = Reign(1)->Append(1, std::vector<Input>{{1, applied}});
  EXPECT_EQ(appended.fate, Fate::kRefused);
  EXPECT_THAT(appended.why, HasSubstr("2000 kB"));
  EXPECT_EQ(store_.writes, 0);
}

TEST_F(SharedJournalTest, ManyAreWrittenInPortions) {
  const auto journal = Reign(1);
  EXPECT_TRUE(journal->Append(1, Inputs(300)).durable());
  EXPECT_LE(store_.biggest, SharedStore::kEntriesMax);
  EXPECT_EQ(Rows(*journal).size(), 300u);
}

TEST_F(SharedJournalTest, LargeOnesAreWrittenInPortions) {
  const auto journal = Reign(1);
  ShowApplied applied;
  applied.source.assign(600'000, ' ');
  EXPECT_TRUE(journal->Append(1, std::vector<Input>(5, {1, applied})).durable());
  EXPECT_EQ(store_.biggest, 2u);
}

TEST_F(SharedJournalTest, DamageIsNoticedAndNothingAfterItTaken) {
  ASSERT_TRUE(Reign(1)->Append(1, Inputs(5)).durable());
  const auto whole = store_.keys;
  store_.keys[SharedJournalKey(3)].back() ^= 1;
  EXPECT_EQ(Rows(*MakeSharedJournal(store_, 1, [] { return true; })).size(), 2u);
  EXPECT_THAT(wrong_, HasSubstr("row 3"));
  store_.keys = whole;
  store_.keys.erase(SharedJournalKey(2));
  EXPECT_EQ(Rows(*MakeSharedJournal(store_, 1, [] { return true; })).size(), 1u);
  EXPECT_THAT(wrong_, HasSubstr("row 2"));
  store_.keys = whole;
  store_.keys[SharedJournalKey(4)] = "short";
  EXPECT_EQ(Rows(*MakeSharedJournal(store_, 1, [] { return true; })).size(), 3u);
  EXPECT_THAT(wrong_, HasSubstr("row 4"));
}

}  // namespace
}  // namespace continuo::coordinator
