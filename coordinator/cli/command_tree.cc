// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/command_tree.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <span>
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
`continuo X` runs the program continuo-X where one is installed: `continuo link` keeps Ableton Link
beside the show, `continuo midi-clock` MIDI clock, and `continuo sim` shows what a thousand nodes
would cost the coordinator.)";

std::vector<const CLI::App*> CommandsOf(const CLI::App& group) {
  return group.get_subcommands([](const CLI::App*) { return true; });
}

/// The command that the words name, as far as they do, and the words that lead to it.
const CLI::App& Named(const CLI::App& app, const std::vector<int>& words, char** argv,
                      std::string& path) {
  const CLI::App* named = &app;
  path = app.get_name();
  for (const int at : words) {
    const auto commands = CommandsOf(*named);
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* one) {
      return one->get_name() == argv[at];
    });
    if (found == commands.end()) break;
    named = *found;
    path += " " + named->get_name();
  }
  return *named;
}

std::vector<std::string> OptionsOf(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

/// The first word that looks like an option and is none of these; empty: there is none.
std::string UnknownOption(std::span<char* const> words, const std::vector<std::string>& known) {
  for (const std::string_view word : words) {
    if (word == "--") break;
    const std::string name(word.substr(0, word.find('=')));
    const bool may_be_a_number = name.size() > 1 && name[0] == '-' && std::isdigit(name[1]) != 0;
    if (!name.starts_with('-') || may_be_a_number) continue;
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  }
  return "";
}

}  // namespace

CommandTree::CommandTree() : app_(kWhat, "continuo") {
  app_.add_option("--coordinator", invocation_.coordinator,
                  "HOST:PORT of the coordinator; not given: this machine's, else the one that "
                  "announces itself on the network")
      ->envname("CONTINUO_COORDINATOR")
      ->check(IsHostPort());
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
  group->footer("Every one has --help with an example.");
  return *group;
}

CLI::App& CommandTree::Leaf(CLI::App* above, const char* name, const char* help,
                            const char* example, Action action) {
  CLI::App* leaf = (above == nullptr ? app_ : *above).add_subcommand(name, help);
  leaf->fallthrough();  // --json and --coordinator may stand anywhere
  leaf->footer(std::string("Example: ") + example +
               "\n\n--json and --coordinator HOST:PORT go with every command.");
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

/// What is wrong, what was probably meant, and how it is done.
int CommandTree::Complain(const CLI::ParseError& wrong, const std::vector<int>& words, int argc,
                          char** argv) const {
  std::string path;
  const CLI::App& command = Named(app_, words, argv, path);
  std::vector<std::string> known = OptionsOf(command);
  for (std::string& name : OptionsOf(app_)) known.push_back(std::move(name));
  std::string text = wrong.what();
  if (const std::string option =
          UnknownOption({argv + 1, static_cast<std::size_t>(argc - 1)}, known);
      !option.empty()) {
    text = "there is no option \"" + option + "\"" + DidYouMean(option, known);
  }
  const std::string footer = command.get_footer();
  std::fprintf(stderr, "%s: %s\n%s\nMore: %s --help\n", path.c_str(), text.c_str(),
               footer.substr(0, footer.find('\n')).c_str(), path.c_str());
  return kUsage;
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
      if (group == &app_ && word == "sim") {
        std::fputs(
            "continuo: the simulator, continuo-sim, lies neither beside this program nor in PATH; "
            "it is built with the tests (cmake -DCONTINUO_TESTS=ON, then ninja continuo-sim)\n",
            stderr);
        return kFailed;
      }
      std::fprintf(stderr, "continuo: there is no command \"%s %s\"%s\n", path.c_str(),
                   word.c_str(), DidYouMean(word, names).c_str());
      return kUsage;
    }
    group = next;
    path += " " + word;
  }
  if (asks_for_help || CommandsOf(*group).empty()) return std::nullopt;
  const std::string above = group == &app_ ? "" : path.substr(0, path.rfind(' '));
  std::fprintf(stderr, "continuo: which command?\n\n%s", group->help(above).c_str());
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
    if (stop.get_exit_code() != 0) return Complain(stop, WordsOf(argc, argv), argc, argv);
    app_.exit(stop);
    return kDone;
  }
  return action_();
}

CLI::Validator IsHostPort() {
  return CLI::Validator(
      [](std::string& text) {
        const std::size_t colon = text.rfind(':');
        const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
        const bool digits = std::all_of(port.begin(), port.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
        if (colon != 0 && !port.empty() && port.size() <= 5 && digits) return std::string();
        return "\"" + text + "\" is no HOST:PORT, such as 127.0.0.1:7400";
      },
      "HOST:PORT");
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
