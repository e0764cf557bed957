// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "coordinator/core/scenario_player.h"
#include "coordinator/edge/store/ledger_codec.h"

// Scenarios are text files beside this one: a command, `----`, and what the coordinator did about it. Set
// CONTINUO_REWRITE=1 to write down what it does now; only commit the difference if you understand it.

namespace continuo::coordinator {
namespace {

Words Split(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

/// What a snapshot keeps is all that there is.
void ExpectSameWhenRead(const Stage& stage) {
  const std::string bytes = EncodeLedger(stage.ledger());
  const auto ledger = DecodeLedger(bytes);
  ASSERT_TRUE(ledger) << "cannot be read again";
  EXPECT_TRUE(*ledger == stage.ledger()) << "something is not written down: ledger_fields.h";
  EXPECT_EQ(EncodeLedger(*ledger), bytes);
  const auto log = DecodeLog(EncodeLog(stage.log()));
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->memory() == stage.log().memory());
  for (const std::size_t length : {bytes.size() / 3, bytes.size() - 1}) {
    EXPECT_FALSE(DecodeLedger(std::string_view(bytes).substr(0, length)));
  }
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GoesAsWritten) {
  const std::string path = std::string(SCENARIOS) + "/" + GetParam() + ".txt";
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  Player player;
  std::string expected, actual;
  bool in_answer = false;
  for (std::string line; std::getline(in, line);) {
    expected += line + "\n";
    if (line.empty()) in_answer = false;
    if (in_answer) continue;
    actual += line + "\n";
    if (line == "----") in_answer = true;
    if (line.empty() || line[0] == '#' || line == "----") continue;
    const std::string answer = player.Play(Split(line));
    // The file has `----` and the answer after each command.
    std::string rule;
    std::getline(in, rule);
    ASSERT_EQ(rule, "----") << "after: " << line;
    expected += rule + "\n";
    actual += rule + "\n" + answer;
    in_answer = true;
  }
  if (std::getenv("CONTINUO_REWRITE") != nullptr) {
    std::ofstream(path) << actual;
  } else {
    EXPECT_EQ(expected, actual);
  }
  EXPECT_TRUE(player.stage().Replayed() == player.stage().ledger())
      << "replay gives another ledger";
  ExpectSameWhenRead(player.stage());
}

std::vector<std::string> AllScenarios() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(SCENARIOS)) {
    if (file.path().extension() == ".txt") names.push_back(file.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(AllScenarios()),
                         [](const auto& scenario) { return scenario.param; });

}  // namespace
}  // namespace continuo::coordinator
