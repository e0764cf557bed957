// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "coordinator/core/scenario_player.h"

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
}

INSTANTIATE_TEST_SUITE_P(
    All, Scenario,
    testing::Values(
        "a_false_alarm", "a_joiner_is_on_a_drained_node", "an_event_outlives_the_coordinator",
        "a_join_keeps_failing", "a_killed_node_is_replaced", "a_loss_outlives_the_coordinator",
        "a_migration_comes_to_nothing", "a_migration_is_called_off", "a_node_dies",
        "a_node_is_drained", "a_replica_diverges", "a_replica_is_migrated",
        "a_show_changes_while_it_plays", "a_show_from_apply_to_stop", "a_stopped_node_wakes",
        "a_tainted_replica_is_repaired", "an_agent_is_started_again", "drains_that_are_refused",
        "events_and_verdicts", "load_is_spread", "a_node_is_slower_than_was_thought",
        "a_slow_node_that_nothing_relieves", "moves_that_are_refused", "of_two_that_differ",
        "one_replica_and_its_witness", "preparation_fails", "replicas_are_changed",
        "the_coordinator_returns", "the_coordinator_returns_in_mid_move", "the_end_of_a_move",
        "what_agents_are_refused"),
    [](const auto& scenario) { return scenario.param; });

}  // namespace
}  // namespace continuo::coordinator
