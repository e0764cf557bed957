// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/command_tree.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "coordinator/cli/numbers.h"
#include "coordinator/cli/plug_in.h"
#include "coordinator/core/did_you_mean.h"
#include "coordinator/edge/show/scalar.h"
#include "proto/transport/build_id.h"

namespace continuo::coordinator::cli {
namespace {

constexpr const char* kWhat =
    "continuo: one instrument of many machines, which does not stop when one of them dies.";

constexpr const char* kExample =
    R"(Example: check a show, play 30 s of it, watch

  continuo show check deploy/shows/demo.yaml
  continuo show apply deploy/shows/demo.yaml --seconds 30
  continuo status --watch

Every command has --help with an example. Exit code: 0 done, 1 failed, 2 wrong usage.
`continuo X` runs the program continuo-X where one is installed.)";

std::vector<const CLI::App*> CommandsOf(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace

CommandTree::CommandTree() : app_(kWhat, "continuo") {
  app_.add_option("--coordinator", invocation_.coordinator,
                  "HOST:PORT of the coordinator; not given: this machine's, else the one that "
                  "announces itself on the network")
      ->envname("CONTINUO_COORDINATOR");
  app_.add_flag("--json", invocation_.json, "one JSON value on stdout instead of text");
  app_.set_version_flag("--version", std::string(transport::BuildId()));
  app_.require_subcommand(1);
  app_.footer(kExample);
}

CLI::App& CommandTree::Group(const char* name, const char* help) {
  for (CLI::App* known : app_.get_subcommands([](CLI::App*) { return true; })) {
    if (known->get_name() == name) return *known;
  }
  CLI::App* group = app_.add_subcommand(name, help);
  group->require_subcommand(1);
  group->fallthrough();
  return *group;
}

CLI::App& CommandTree::Leaf(CLI::App* above, const char* name, const char* help,
                            const char* example, Action action) {
  CLI::App* leaf = (above == nullptr ? app_ : *above).add_subcommand(name, help);
  leaf->fallthrough();  // --json and --coordinator may stand anywhere
  leaf->footer(std::string("Example: ") + example);
  leaf->callback([this, action = std::move(action)] { action_ = action; });
  return *leaf;
}

std::vector<int> CommandTree::WordsOf(int argc, char** argv) {
  std::vector<int> words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--coordinator") {
      ++i;  // its value
    } else if (!word.starts_with('-')) {
      words.push_back(i);
    }
  }
  return words;
}

std::optional<int> CommandTree::TryOthers(const std::vector<int>& words, char** argv,
                                          bool asks_for_help) const {
  const CLI::App* group = &app_;
  std::string path = "continuo";
  for (const int at : words) {
    const std::string word = argv[at];
    const auto commands = CommandsOf(*group);
    if (commands.empty()) break;  // the rest are arguments
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* command : commands) {
      names.push_back(command->get_name());
      if (command->get_name() == word) next = command;
    }
    if (next == nullptr) {
      const std::string plug_in = group == &app_ ? FindPlugIn(word) : "";
      if (!plug_in.empty()) return RunPlugIn(plug_in, argv + at);
      std::fprintf(stderr, "continuo: there is no command \"%s %s\"%s\n", path.c_str(),
                   word.c_str(), DidYouMean(word, names).c_str());
      return kUsage;
    }
    group = next;
    path += " " + word;
  }
  if (asks_for_help || CommandsOf(*group).empty()) return std::nullopt;
  std::fprintf(stderr, "continuo: which command?\n\n%s", group->help().c_str());
  return kUsage;
}

int CommandTree::Run(int argc, char** argv) {
  const bool asks_for_help = std::any_of(argv, argv + argc, [](std::string_view word) {
    return word == "-h" || word == "--help" || word == "--version";
  });
  if (const auto ended = TryOthers(WordsOf(argc, argv), argv, asks_for_help)) return *ended;
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return app_.exit(stop) == 0 ? kDone : kUsage;
  }
  return action_();
}

CLI::Validator IsBarBeat() {
  return CLI::Validator(
      [](std::string& text) {
        return ParseBarBeat(text) ? std::string()
                                  : "\"" + text +
                                        "\" is no place in the music, such as 17, 17.3 or "
                                        "17.3.240 (bars and beats count from 1)";
      },
      "BAR.BEAT");
}

}  // namespace continuo::coordinator::cli
