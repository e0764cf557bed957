// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "coordinator/core/stage.h"
#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/journal.h"
#include "coordinator/edge/store/ledger_codec.h"
#include "coordinator/edge/store/row_chain.h"

namespace continuo::coordinator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class JournalCheckTest : public testing::Test {
 protected:
  JournalCheckTest()
      : folder_(testing::TempDir() + "check-" +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
    stage_.Take(BeginningOfTerm());
    for (const char* name : {"pi-1", "pi-2", "pi-3"}) stage_.Attach(name, {"compute"});
    for (const char* name : {"rack-a", "rack-b"}) stage_.Attach(name, {"output"});
    stage_.Take(ShowApplied{1, SmallShow(), "show: small", SmallAssets()});
    JournalReport report;
    journal_ = OpenJournal(folder_, report);
    EXPECT_EQ(journal_->Append(1, stage_.durable()).why, "");
  }
  ~JournalCheckTest() override { std::filesystem::remove_all(folder_); }

  std::string File() const { return folder_ + "/journal.sqlite"; }
  void Tamper(const char* sql) {
    journal_.reset();
    Database database;
    ASSERT_EQ(database.Open(File()), "");
    ASSERT_EQ(database.Run(sql), "");
  }

  std::string folder_;
  Stage stage_;
  std::unique_ptr<Journal> journal_;
};

TEST_F(JournalCheckTest, TellsWhatIsInAJournalThatIsInUse) {
  const JournalFindings found = CheckJournal(File());
  EXPECT_THAT(found.wrong, IsEmpty());
  EXPECT_EQ(found.rows, stage_.durable().size());
  EXPECT_EQ(found.terms, 1u);
  EXPECT_EQ(found.ledger, ToHex(HashOf(EncodeLedger(stage_.ledger()))));
}

TEST_F(JournalCheckTest, NamesTheRowThatIsDamagedAndLeavesItThere) {
  Tamper("UPDATE entries SET time = 7 WHERE idx = 3");
  for (int i = 0; i < 2; ++i) {
    const JournalFindings found = CheckJournal(File());
    EXPECT_THAT(found.wrong, ElementsAre(HasSubstr("row 3 does not follow")));
    EXPECT_EQ(found.rows, 2u);
  }
}

TEST_F(JournalCheckTest, WhatIsNoJournalIsCalledSo) {
  EXPECT_THAT(CheckJournal(folder_ + "/none").wrong, ElementsAre(HasSubstr("no such file")));
  Tamper("PRAGMA user_version = 3");
  EXPECT_THAT(CheckJournal(File()).wrong, ElementsAre(HasSubstr("format 3")));
}

}  // namespace
}  // namespace continuo::coordinator
