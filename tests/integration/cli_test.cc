// SPDX-License-Identifier: Apache-2.0
// What `continuo` says and how it ends when things are not as they should be.
#include <gmock/gmock.h>

#include <fstream>

#include "support/program.h"
#include "support/scratch.h"

namespace continuo {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Ended {
  int code;
  std::string output;
};

class Cli : public ::testing::Test {
 protected:
  Ended Run(const std::vector<std::string>& words) {
    std::vector<std::string> command = {CONTINUO_BIN "/continuo", "--coordinator", coordinator_};
    command.insert(command.end(), words.begin(), words.end());
    Ended ended;
    const std::string log = (scratch_.path() / ("out-" + std::to_string(++runs_))).string();
    ended.code = RunProgram(command, log, ended.output);
    return ended;
  }
  std::string Write(const std::string& name, const std::string& text) {
    const auto path = scratch_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }

  Scratch scratch_;
  std::string coordinator_ = "127.0.0.1:9";  // nobody listens on discard
  int runs_ = 0;
};

TEST_F(Cli, EveryCommandTeachesByExample) {
  const std::vector<std::vector<std::string>> commands = {{"show", "check"},
                                                          {"show", "apply"},
                                                          {"show", "graph"},
                                                          {"show", "new"},
                                                          {"show", "stop"},
                                                          {"show", "diff"},
                                                          {"show", "history"},
                                                          {"show", "rollback"},
                                                          {"show", "lock"},
                                                          {"show", "unlock"},
                                                          {"kernel", "list"},
                                                          {"kernel", "show"},
                                                          {"status"},
                                                          {"log"},
                                                          {"meters"},
                                                          {"clock"},
                                                          {"completion"},
                                                          {"node", "list"},
                                                          {"task", "list"},
                                                          {"task", "set"},
                                                          {"task", "migrate"},
                                                          {"task", "replicas"},
                                                          {"node", "show"},
                                                          {"node", "drain"},
                                                          {"node", "undrain"},
                                                          {"rebalance"},
                                                          {"operation", "list"},
                                                          {"operation", "cancel"},
                                                          {"transport", "play"},
                                                          {"transport", "stop"},
                                                          {"transport", "tempo"},
                                                          {"transport", "locate"},
                                                          {"scene", "list"},
                                                          {"scene", "recall"},
                                                          {"scene", "save"},
                                                          {"panic"},
                                                          {"take", "save"},
                                                          {"render"},
                                                          {"verify"}};
  for (std::vector<std::string> command : commands) {
    std::string example = "Example: continuo";
    for (const std::string& word : command) example += " " + word;
    command.push_back("--help");
    const Ended ended = Run(command);
    EXPECT_EQ(ended.code, 0);
    EXPECT_THAT(ended.output, HasSubstr(example));
  }
}

TEST_F(Cli, AMistypedCommandIsAnsweredWithTheNearest) {
  const Ended ended = Run({"transprot", "play"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("did you mean \"transport\"?"));
  EXPECT_THAT(Run({"show", "aply"}).output, HasSubstr("did you mean \"apply\"?"));
}

TEST_F(Cli, HalfACommandShowsTheRest) {
  const Ended ended = Run({"transport"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("locate"));
}

TEST_F(Cli, WhatIsNoNumberIsWrongUsage) {
  EXPECT_EQ(Run({"task", "set", "bass", "cutoff", "loud"}).code, 2);
  EXPECT_EQ(Run({"transport", "tempo", "5"}).code, 2);
  EXPECT_EQ(Run({"transport", "locate", "0"}).code, 2);
}

TEST_F(Cli, AMoveToNowhereInTheMusicIsWrongUsage) {
  const Ended ended = Run({"task", "migrate", "bass", "--to", "pi-3", "--at", "17.0"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("bars and beats count from 1"));
  EXPECT_EQ(Run({"task", "migrate"}).code, 2);
  EXPECT_EQ(Run({"task", "migrate", "bass", "--to"}).code, 2);
}

TEST_F(Cli, AMistypedOptionIsAnsweredWithTheNearestAndAnExample) {
  const Ended ended = Run({"status", "--wach"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("continuo status: there is no option \"--wach\"; did you "
                                      "mean \"--watch\"?"));
  EXPECT_THAT(ended.output, HasSubstr("Example: continuo status --watch"));
}

TEST_F(Cli, WhatIsMissingIsToldWithAnExample) {
  const Ended ended = Run({"task", "set", "bass"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("continuo task set: param is required"));
  EXPECT_THAT(ended.output, HasSubstr("Example: continuo task set bass cutoff 1200"));
}

TEST_F(Cli, AnAddressWithoutAPortIsWrongUsage) {
  coordinator_ = "127.0.0.1";
  const Ended ended = Run({"status"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.output, HasSubstr("\"127.0.0.1\" is no HOST:PORT"));
}

TEST_F(Cli, ANumberOfReplicasOutOfRangeIsAnsweredWithTheRange) {
  for (const char* n : {"0", "7", "-1", "two", "1.5"}) {
    const Ended ended = Run({"task", "replicas", "bass", n});
    EXPECT_EQ(ended.code, 2) << n;
    EXPECT_THAT(ended.output, HasSubstr("1 to 4")) << n;
  }
}

TEST_F(Cli, WhatIsNoOperationIsWrongUsage) {
  for (const char* id : {"0", "x", "7.5", "99999999999999999999"}) {
    const Ended ended = Run({"operation", "cancel", id});
    EXPECT_EQ(ended.code, 2) << id;
    EXPECT_THAT(ended.output, HasSubstr("is no number of an operation")) << id;
  }
}

TEST_F(Cli, ANegativeValueIsNoFlag) {
  const Ended ended = Run({"task", "set", "bass", "gain", "-6"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("no coordinator answers"));
}

TEST_F(Cli, AnUnreachableCoordinatorIsSaidWithWhatToDo) {
  const Ended ended = Run({"status"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("no coordinator answers at 127.0.0.1:9"));
  EXPECT_THAT(ended.output, HasSubstr("--coordinator HOST:PORT"));
}

TEST_F(Cli, AFileIsNotColoured) {
  EXPECT_THAT(Run({"status"}).output, Not(HasSubstr("\x1b")));
}

TEST_F(Cli, AWrongShowIsToldLineByLine) {
  const std::string file = Write("show.yaml",
                                 "show: x\n"
                                 "tasks:\n"
                                 "  hum: {kind: synht}\n"
                                 "outputs:\n"
                                 "  foh: {from: hmu, feeds: [a]}\n");
  const Ended ended = Run({"show", "check", file});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.output, HasSubstr("show.yaml:3: tasks.hum.kind"));
  EXPECT_THAT(ended.output, HasSubstr("show.yaml:5: outputs.foh.from"));
  const Ended json = Run({"show", "check", file, "--json"});
  EXPECT_EQ(json.code, 1);
  EXPECT_THAT(json.output, StartsWith("{\"ok\":false"));
}

TEST_F(Cli, ExampleShowsHaveNoErrors) {
  int shows = 0;
  for (const auto& entry : std::filesystem::directory_iterator(EXAMPLE_SHOWS)) {
    if (entry.path().extension() != ".yaml") continue;
    const Ended check = Run({"show", "check", entry.path().string()});
    EXPECT_EQ(check.code, 0) << check.output;
    ++shows;
  }
  EXPECT_GE(shows, 3);
}

TEST_F(Cli, ANewShowHasNoErrorsAndOverwritesNothing) {
  const std::string file = (scratch_.path() / "evening.yaml").string();
  const Ended written = Run({"show", "new", file});
  EXPECT_EQ(written.code, 0) << written.output;
  const Ended check = Run({"show", "check", file});
  EXPECT_EQ(check.code, 0);
  EXPECT_THAT(check.output, EndsWith("no errors; 4 tasks, 1 asset\n"));
  const Ended again = Run({"show", "new", file});
  EXPECT_EQ(again.code, 1);
  EXPECT_THAT(again.output, HasSubstr("is there already"));
  std::filesystem::remove(file);
  EXPECT_EQ(Run({"show", "new", file}).code, 1) << "the song is somebody's";
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Cli, AShowIsDrawnAsFarAsItCanBeRead) {
  const std::string file = Write("show.yaml",
                                 "show: hum\n"
                                 "tasks:\n"
                                 "  hum: {kind: synth}\n"
                                 "outputs:\n"
                                 "  foh: {from: hmu, feeds: [a]}\n");
  const Ended printed = Run({"show", "graph", file});
  EXPECT_EQ(printed.code, 0);
  EXPECT_THAT(printed.output, StartsWith("digraph \"hum\""));
  EXPECT_THAT(Run({"show", "graph", file, "--json"}).output, StartsWith("{\"ok\":true"));
  const std::string dot = (scratch_.path() / "show.dot").string();
  EXPECT_EQ(Run({"show", "graph", file, "-o", dot}).code, 0);
  EXPECT_GT(std::filesystem::file_size(dot), 100u);
  const Ended odd = Run({"show", "graph", file, "-o", "show.doc"});
  EXPECT_EQ(odd.code, 1);
  EXPECT_THAT(odd.output, HasSubstr("draws .svg"));
}

TEST_F(Cli, BashCompletesCommandsFilesAndNames) {
  Write("evening.yaml", "show: x\n");
  Write("notes.txt", "");
  const std::string script = Write("completion.bash", Run({"completion", "bash"}).output);
  const auto complete = [&](const std::string& words, int at) {
    const std::string line = "source " + script + "; cd " + scratch_.path().string() +
                             "; COMP_WORDS=(" CONTINUO_BIN "/continuo " + words +
                             "); COMP_CWORD=" + std::to_string(at) +
                             "; _continuo; printf '%s,' \"${COMPREPLY[@]}\"";
    Ended ended;
    const std::string log = (scratch_.path() / ("bash-" + std::to_string(++runs_))).string();
    ended.code = RunProgram({"/bin/bash", "--norc", "-c", line}, log, ended.output);
    EXPECT_EQ(ended.code, 0) << ended.output;
    return ended.output;
  };
  EXPECT_EQ(complete("kern", 1), "kernel,");
  EXPECT_EQ(complete("show roll", 2), "rollback,");
  EXPECT_EQ(complete("show check e", 3), "evening.yaml,");
  EXPECT_EQ(complete("show check n", 3), ",") << "is no show";
  EXPECT_EQ(complete("kernel show rev", 3), "reverb,");
  EXPECT_EQ(complete("completion \"\"", 2), "bash,zsh,");
  EXPECT_EQ(complete("show apply --sec", 3), "--seconds,");
  EXPECT_EQ(complete("--coordinator 127.0.0.1:9 task set \"\"", 5), ",") << "nobody knows";
}

TEST_F(Cli, AProgramInPathIsACommand) {
  const std::string program = Write("continuo-hello", "#!/bin/sh\necho hello \"$@\"\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string path = std::getenv("PATH");
  setenv("PATH", (scratch_.path().string() + ":" + path).c_str(), 1);
  const Ended ended = Run({"hello", "there"});
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.output, "hello there\n");
}

TEST_F(Cli, AnIdleCoordinatorIsANormalAnswer) {
  const Program coordinator(
      {CONTINUO_BIN "/continuo-coordinator", "--listen", "127.0.0.1:0", "--beats", "127.0.0.1:0",
       "--state", (scratch_.path() / "state").string()},
      (scratch_.path() / "coordinator").string());
  const std::string line = coordinator.WaitForLine("listening on ", std::chrono::seconds(15));
  const std::size_t at = line.find("listening on ") + 13;
  coordinator_ = line.substr(at, line.find(',', at) - at);
  const Ended status = Run({"status", "--json"});
  EXPECT_EQ(status.code, 0);
  EXPECT_THAT(status.output, HasSubstr("\"phase\":\"idle\""));
  const Ended take = Run({"take", "save", "--out", (scratch_.path() / "take").string()});
  EXPECT_EQ(take.code, 1);
  EXPECT_THAT(take.output, HasSubstr("apply a show first"));
}

}  // namespace
}  // namespace continuo
