// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "coordinator/core/stage.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/journal.h"
#include "coordinator/edge/store/journal_check.h"

// Journals that were written some time ago, and the ledger that they gave then: whoever changes what a row does, or
// what its bytes mean, hears of it here. That is a new format (kFormat): journals of an older one are refused, and
// CONTINUO_REWRITE=1 records these anew.

namespace continuo::coordinator {
namespace {

void Restart(Stage& stage) {
  stage.Pass(500'000'000);
  stage.Take(BeginningOfTerm());
  for (const char* name : {"pi-1", "pi-2", "pi-3"}) {
    stage.Attach(name, {"compute", "held=1." + std::to_string(stage.ledger().plan.version)});
  }
}

void MoveAndSet(Stage& stage) {
  PlaySmallShow(stage);
  stage.Take(EventRequested{2, Command::kParam, "room", "mix", Event::FromFloat(0.5f), {}, {}});
  stage.Take(MoveRequested{3, "room", "pi-2", "pi-3", {}});
  stage.Take(
      ReplicaChanged{4, stage.ledger().last_incarnation, plan::ReplicaState::kInSync, 9, {}});
  stage.Take(ReplicasRequested{4, "voice", 3});
  stage.Leave("pi-2");
  stage.silent.insert("pi-2");
  stage.Pass(4'000'000'000);
}

void ComeBack(Stage& stage) {
  PlaySmallShow(stage);
  Restart(stage);
  stage.Take(LockRequested{5, true, "ana@desk", "it is the premiere", {1, 2}});
  stage.Take(DrainRequested{6, "pi-1", true, {3, 4}});
  Restart(stage);
  stage.Take(LockRequested{7, false, "ana@desk", "", {5, 6}});
  stage.Take(ShowStopRequested{8, "ana@desk", {7, 8}});
}

void BeTakenOver(Stage& stage) {
  Stage before;
  PlaySmallShow(before);
  stage.Take(BeginningOfTerm());
  stage.Attach("pi-1", {"compute", "held=1.1"});
  stage.Take(AgentSpoke{stage.ConnectionOf("pi-1"), plan::PlanHeld{1, before.ledger().plan}});
  for (const char* name : {"pi-1", "pi-2"}) stage.Attach(name, {"compute", "held=1.1"});
  stage.Pass(4'000'000'000);
}

const std::map<std::string, std::function<void(Stage&)>> kRecorded = {
    {"a_node_dies_after_a_move", MoveAndSet},
    {"the_coordinator_returns_twice", ComeBack},
    {"what_plays_is_taken_over", BeTakenOver}};

constexpr const char* kFolder = CORPUS;

std::string Recorded(const std::string& name) {
  return std::string(kFolder) + "/" + name + ".sqlite";
}
std::string Expected(const std::string& name) {
  return std::string(kFolder) + "/" + name + ".txt";
}

std::string TextOf(const JournalFindings& found) {
  std::ostringstream text;
  text << "# SPDX-License-Identifier: Apache-2.0\n"
       << found.rows << " rows, " << found.snapshots << " snapshots, term " << found.terms << "\n"
       << found.ledger << "\n";
  return text.str();
}

class Corpus : public testing::TestWithParam<std::string> {
 protected:
  Corpus() : folder_(testing::TempDir() + "corpus-" + GetParam()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Corpus() override { std::filesystem::remove_all(folder_); }
  std::string File() const { return folder_ + "/journal.sqlite"; }

  void RecordAnew() {
    Stage stage;
    kRecorded.at(GetParam())(stage);
    JournalReport report;
    {
      const auto journal = OpenJournal(folder_, report);
      ASSERT_NE(journal, nullptr) << report.error;
      State state;
      for (const Input& input : stage.durable()) {
        const Input one[] = {input};
        ASSERT_EQ(journal->Append(state.ledger.term, one).why, "");
        Replay(state, input);
      }
      ASSERT_EQ(journal->Keep(state, true), "");
    }
    std::filesystem::copy_file(File(), Recorded(GetParam()),
                               std::filesystem::copy_options::overwrite_existing);
    std::ofstream(Expected(GetParam())) << TextOf(CheckJournal(File()));
  }

  const std::string folder_;
};

TEST_P(Corpus, GivesTheLedgerThatItGaveWhenItWasWritten) {
  if (std::getenv("CONTINUO_REWRITE") != nullptr) return RecordAnew();
  ASSERT_TRUE(std::filesystem::exists(Recorded(GetParam()))) << "record it: CONTINUO_REWRITE=1";
  EXPECT_LE(std::filesystem::file_size(Recorded(GetParam())), 60'000u);
  std::filesystem::copy_file(Recorded(GetParam()), File());
  const JournalFindings found = CheckJournal(File());
  EXPECT_THAT(found.wrong, testing::IsEmpty()) << "another format? CONTINUO_REWRITE=1";
  std::ostringstream expected;
  expected << std::ifstream(Expected(GetParam())).rdbuf();
  EXPECT_EQ(TextOf(found), expected.str())
      << "what rows do has changed: that is a new kFormat (" << kFormat << " now)";
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& [name, play] : kRecorded) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, testing::ValuesIn(Names()),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace continuo::coordinator
