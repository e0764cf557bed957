// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "coordinator/core/stage.h"
#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/journal_check.h"

namespace continuo::coordinator {
namespace {

using testing::HasSubstr;

class JournalTest : public testing::Test {
 protected:
  JournalTest() : folder_(testing::TempDir() + "journal-" + TestName()) {
    std::filesystem::remove_all(folder_);
  }
  ~JournalTest() override { std::filesystem::remove_all(folder_); }

  static std::string TestName() {
    return testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  std::unique_ptr<Journal> Open() {
    report_ = {};
    return OpenJournal(folder_, report_);
  }
  std::vector<Input> Rows(Journal& journal) {
    std::vector<Input> rows;
    EXPECT_EQ(journal.ForEach([&rows](const Input& input) { rows.push_back(input); }), "");
    return rows;
  }
  /// A journal of that many rows, closed.
  void Write(int rows) {
    const auto journal = Open();
    ASSERT_NE(journal, nullptr) << report_.error;
    for (int i = 1; i <= rows; ++i) {
      const Input inputs[] = {{i, AgentLeft{static_cast<ConnectionId>(i)}}};
      ASSERT_EQ(journal->Append(1, inputs).why, "");
    }
  }
  /// What somebody with an SQLite shell does to it.
  void Tamper(const char* sql) {
    Database database;
    ASSERT_EQ(database.Open(folder_ + "/journal.sqlite"), "");
    ASSERT_EQ(database.Run(sql), "");
  }

  std::string folder_;
  JournalReport report_;
};

TEST_F(JournalTest, ReplayGivesTheSameLedger) {
  Stage stage;
  stage.Take(BeginningOfTerm());
  for (const char* name : {"pi-1", "pi-2", "pi-3"}) stage.Attach(name, {"compute"});
  for (const char* name : {"rack-a", "rack-b"}) stage.Attach(name, {"output"});
  stage.Take(ShowApplied{1, SmallShow(), "show: small", SmallAssets()});
  for (const char* name : {"pi-1", "pi-2", "pi-3", "rack-a", "rack-b"}) {
    stage.Take(AgentSpoke{stage.ConnectionOf(name), plan::PlanPrepared{1, 1, ""}});
  }
  stage.Pass(3'000'000'000);
  stage.Take(EventRequested{2, Command::kParam, "room", "mix", Event::FromFloat(0.5f), {}, {}});
  stage.Take(MoveRequested{3, "room", "pi-2", "pi-3", {}});
  stage.Take(
      ReplicaChanged{4, stage.ledger().last_incarnation, plan::ReplicaState::kInSync, 9, {}});
  stage.Take(ReplicasRequested{4, "voice", 3});
  stage.Leave("pi-2");
  stage.silent.insert("pi-2");
  stage.Pass(1'000'000'000);
  ASSERT_EQ(Open()->Append(1, stage.durable()).why, "");

  State state;
  const auto journal = Open();
  EXPECT_EQ(report_.rows, stage.durable().size());
  EXPECT_EQ(journal->ForEach([&state](const Input& input) { Replay(state, input); }), "");
  EXPECT_TRUE(state.ledger == stage.ledger());
  EXPECT_EQ(state.ledger.events.size(), 1u);
  EXPECT_GT(state.ledger.plan.version, 2u) << "nothing moved";
  EXPECT_GT(state.ledger.operations.size(), 2u);
}

TEST_F(JournalTest, BatchIsThereAfterReopening) {
  Write(3);
  const auto journal = Open();
  ASSERT_NE(journal, nullptr) << report_.error;
  EXPECT_EQ(report_.rows, 3u);
  EXPECT_EQ(report_.cut, "");
  const std::vector<Input> rows = Rows(*journal);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[2].time, 3);
  EXPECT_EQ(std::get<AgentLeft>(rows[2].what).connection, 3u);
}

TEST_F(JournalTest, DamagedTailIsCutOffAloudAndWritingGoesOn) {
  Write(4);
  Tamper("UPDATE entries SET blob = x'0900000000000000' WHERE idx = 4");
  auto journal = Open();
  ASSERT_NE(journal, nullptr) << report_.error;
  EXPECT_THAT(report_.cut, HasSubstr("row 4 does not follow"));
  EXPECT_EQ(Rows(*journal).size(), 3u);
  const Input inputs[] = {{9, AgentLeft{9}}};
  EXPECT_EQ(journal->Append(1, inputs).why, "");
  journal.reset();
  journal = Open();
  EXPECT_EQ(report_.cut, "");
  EXPECT_EQ(report_.rows, 4u);
}

constexpr const char* kDamages[] = {
    "UPDATE entries SET time = 7 WHERE idx = 3", "UPDATE entries SET term = 7 WHERE idx = 3",
    "UPDATE entries SET kind = 7 WHERE idx = 3", "UPDATE entries SET link = x'00' WHERE idx = 3",
    "DELETE FROM entries WHERE idx = 3"};

TEST_F(JournalTest, EveryKindOfDamageInTheMiddleIsRefusedAndNothingIsChanged) {
  for (const char* sql : kDamages) {
    std::filesystem::remove_all(folder_);
    Write(5);
    Tamper(sql);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Open(), nullptr);
      EXPECT_THAT(report_.error, HasSubstr("row 3")) << sql;
      EXPECT_THAT(report_.error, HasSubstr("2 more stand behind it")) << sql;
      EXPECT_THAT(report_.error, HasSubstr("--rebuild")) << sql;
    }
  }
}

TEST_F(JournalTest, RebuildMovesADamagedOneAsideAndAWholeOneNot) {
  for (int i = 1; i <= 2; ++i) {
    Write(5);
    Tamper(kDamages[0]);
    report_ = {};
    auto journal = OpenJournal(folder_, report_, /*rebuild=*/true);
    ASSERT_NE(journal, nullptr) << report_.error;
    EXPECT_EQ(report_.rows, 0u);
    EXPECT_THAT(report_.notes, testing::ElementsAre(HasSubstr("damaged-" + std::to_string(i))));
    const Input inputs[] = {{9, AgentLeft{9}}};
    EXPECT_EQ(journal->Append(1, inputs).why, "");
    journal.reset();
    journal = OpenJournal(folder_, report_ = {}, /*rebuild=*/true);
    EXPECT_EQ(report_.rows, 1u);
    EXPECT_TRUE(report_.notes.empty());
    journal.reset();
    const std::string aside = folder_ + "/journal.sqlite.damaged-" + std::to_string(i);
    EXPECT_EQ(CheckJournal(aside).rows, 2u) << "what was there is there still";
    std::filesystem::remove(folder_ + "/journal.sqlite");
  }
}

TEST_F(JournalTest, SecondCoordinatorIsTurnedAway) {
  const auto first = Open();
  EXPECT_EQ(Open(), nullptr);
  EXPECT_THAT(report_.error, HasSubstr("another coordinator (process"));
  EXPECT_THAT(report_.error, HasSubstr("--state"));
}

TEST_F(JournalTest, FileThatIsNoJournalIsNotOverwritten) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ + "/journal.sqlite") << std::string(4096, 'x');
  EXPECT_EQ(Open(), nullptr);
  EXPECT_THAT(report_.error, HasSubstr("--rebuild"));
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/journal.sqlite"), 4096u);
}

TEST_F(JournalTest, JournalOfAnotherFormatIsNotGuessedAt) {
  Write(1);
  const std::string next = std::to_string(kFormat + 1);
  Tamper(("PRAGMA user_version = " + next).c_str());
  EXPECT_EQ(Open(), nullptr);
  EXPECT_THAT(report_.error, HasSubstr("format " + next));
}

TEST_F(JournalTest, FullDiskRefusesAllOfABatchAndTakesTheNextWhenThereIsRoom) {
  const auto journal = Open();
  ASSERT_NE(journal, nullptr) << report_.error;
  ShowApplied big{1, SmallShow(), std::string(1 << 20, 'y'), {}};
  const Input batch[] = {{1, AgentLeft{1}}, {2, big}};
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto old_handler = signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 256 * 1024;
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string trouble = journal->Append(1, batch).why;
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, old_handler);
  EXPECT_THAT(trouble, HasSubstr("journal.sqlite"));
  EXPECT_TRUE(Rows(*journal).empty());
  EXPECT_EQ(journal->Append(1, batch).why, "");
  EXPECT_EQ(Rows(*journal).size(), 2u);
}

/// Journals whose writer keeps a snapshot whenever one is due, and at its end.
class SnapshotTest : public JournalTest {
 protected:
  void WriteKeeping(int rows, bool ends) {
    const auto journal = Open();
    ASSERT_NE(journal, nullptr) << report_.error;
    State state;
    ASSERT_EQ(journal->Recover(state), "");
    std::vector<Input> batch;
    for (int i = 1; i <= rows; ++i) {
      batch.push_back({++time_, BeginningOfTerm()});
      Replay(state, batch.back());
      if (batch.size() < 500 && i < rows) continue;
      ASSERT_EQ(journal->Append(state.ledger.term, batch).why, "");
      ASSERT_EQ(journal->Keep(state, false), "");
      batch.clear();
    }
    if (ends) {
      ASSERT_EQ(journal->Keep(state, true), "");
    }
    expected_ = state.ledger;
  }
  void ExpectRecovered(std::uint64_t kept) {
    const auto journal = Open();
    ASSERT_NE(journal, nullptr) << report_.error;
    EXPECT_EQ(report_.kept, kept);
    State state;
    EXPECT_EQ(journal->Recover(state), "");
    EXPECT_TRUE(state.ledger == expected_);
    EXPECT_GT(state.ledger.term, 0u);
  }

  Nanoseconds time_ = 0;
  Ledger expected_;
};

TEST_F(SnapshotTest, OnlyWhatFollowsTheNewestIsReplayed) {
  WriteKeeping(4700, false);
  ExpectRecovered(4000);
  EXPECT_EQ(report_.rows, 4700u);
  EXPECT_TRUE(report_.notes.empty());
  WriteKeeping(100, true);
  ExpectRecovered(4800);
  const JournalFindings found = CheckJournal(folder_ + "/journal.sqlite");
  EXPECT_THAT(found.wrong, testing::IsEmpty());
  EXPECT_EQ(found.snapshots, 2u) << "the newest two are kept";
  EXPECT_EQ(found.rows, 4800u) << "and all rows";
}

TEST_F(SnapshotTest, OneThatIsDamagedGivesWayToTheOneBefore) {
  WriteKeeping(4100, true);
  Tamper(
      "UPDATE snapshots SET ledger = substr(ledger, 1, 50) || x'ff' || substr(ledger, 52) "
      "WHERE idx = 4100");
  ExpectRecovered(4000);
  EXPECT_THAT(report_.notes, testing::ElementsAre(HasSubstr("after row 4100 is damaged")));
  EXPECT_THAT(CheckJournal(folder_ + "/journal.sqlite").wrong,
              testing::ElementsAre(HasSubstr("after row 4100 is damaged")));
  Tamper("UPDATE snapshots SET link = x'00'");
  ExpectRecovered(0);
  EXPECT_EQ(report_.notes.size(), 2u);
}

TEST_F(SnapshotTest, OneThatSaysSomethingElseThanTheRowsIsFound) {
  WriteKeeping(2500, false);
  State other;
  Replay(other, {1, Started{Stage::kClock, 5, "another", "c:1"}});
  {
    const auto journal = Open();
    ASSERT_EQ(journal->Keep(other, true), "");
  }
  EXPECT_THAT(CheckJournal(folder_ + "/journal.sqlite").wrong,
              testing::ElementsAre(HasSubstr("after row 2500 is not what the rows give")));
}

TEST_F(SnapshotTest, OfRowsThatWereCutOffThereIsNone) {
  WriteKeeping(2300, true);
  Tamper("DELETE FROM snapshots WHERE idx = 2300");
  Tamper("UPDATE entries SET time = 7 WHERE idx = 2300");
  EXPECT_NE(Open(), nullptr);
  EXPECT_THAT(report_.cut, HasSubstr("CUT OFF after row 2299"));
  WriteKeeping(1, true);
  ExpectRecovered(2300);
}

}  // namespace
}  // namespace continuo::coordinator
