// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/completion.h"

#include <gmock/gmock.h>

namespace continuo::coordinator::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// A tree as `continuo` has one, with names that nobody has to look up.
class Completion : public ::testing::Test {
 protected:
  Completion() {
    root_.add_option("--coordinator", text_);
    root_.add_flag("--json", flag_);
    CLI::App& show = *root_.add_subcommand("show", "shows");
    CLI::App& check = *show.add_subcommand("check", "look");
    check.add_option("file", text_);
    show.add_subcommand("apply", "play")->add_option("--seconds", text_, "length");
    CLI::App& task = *root_.add_subcommand("task", "tasks");
    CLI::App& set = *task.add_subcommand("set", "a parameter");
    set.add_option("task", text_);
    set.add_option("param", text_);
    set.add_option("--at", text_, "when");
    CLI::App& move = *task.add_subcommand("migrate", "elsewhere");
    move.add_option("task", text_);
    move.add_option("--to", text_);
  }

  std::vector<std::string> Next(const std::vector<std::string>& words) {
    std::vector<std::string> found;
    for (const Suggestion& one : Complete(root_, words, Values)) found.push_back(one.word);
    return found;
  }
  static Suggestions Values(const std::string& name, const std::vector<std::string>& before) {
    if (name == "file") return {{kShowFiles, ""}};
    if (name == "task") return {{"bass", "synth"}, {"drums", "sampler"}};
    if (name == "to") return {{"pi-1", ""}, {"pi-2", ""}};
    if (name == "param") return {{before.at(0) + "-gain", ""}};
    return {};
  }

  CLI::App root_{"a tree", "continuo"};
  std::string text_;
  bool flag_ = false;
};

TEST_F(Completion, CommandsComeFromTheTree) {
  EXPECT_THAT(Next({""}), ElementsAre("show", "task"));
  EXPECT_THAT(Next({"sh"}), ElementsAre("show"));
  EXPECT_THAT(Next({"show", "a"}), ElementsAre("apply"));
  EXPECT_THAT(Next({"shw", ""}), IsEmpty());
}

TEST_F(Completion, ValuesDependOnTheirPlace) {
  EXPECT_THAT(Next({"show", "check", ""}), ElementsAre(kShowFiles));
  EXPECT_THAT(Next({"show", "check", "a.yaml", ""}), IsEmpty());
  EXPECT_THAT(Next({"task", "set", "b"}), ElementsAre("bass"));
  EXPECT_THAT(Next({"task", "set", "bass", ""}), ElementsAre("bass-gain"));
}

TEST_F(Completion, AFlagThatTakesAValueIsFollowedByIt) {
  EXPECT_THAT(Next({"task", "migrate", "--to", "pi-"}), ElementsAre("pi-1", "pi-2"));
  EXPECT_THAT(Next({"task", "migrate", "--to", "pi-1", ""}), ElementsAre("bass", "drums"));
  EXPECT_THAT(Next({"--json", "task", "migrate", ""}), ElementsAre("bass", "drums"));
  EXPECT_THAT(Next({"--coordinator", "h:1", "show", "c"}), ElementsAre("check"));
}

TEST_F(Completion, FlagsOfTheWholeLineAreOffered) {
  const auto flags = Next({"task", "set", "bass", "--"});
  EXPECT_THAT(flags, Contains("--at"));
  EXPECT_THAT(flags, Contains("--json"));
  EXPECT_THAT(flags, Contains("--help"));
  EXPECT_THAT(flags, Not(Contains("--seconds")));
}

TEST(CompletionScript, IsThereForTwoShells) {
  EXPECT_FALSE(CompletionScript("bash").empty());
  EXPECT_FALSE(CompletionScript("zsh").empty());
  EXPECT_TRUE(CompletionScript("fish").empty());
}

}  // namespace
}  // namespace continuo::coordinator::cli
