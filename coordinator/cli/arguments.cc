// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/plug_in.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/verify.h"
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

using Action = std::function<int()>;

template <typename Parse>
CLI::Validator Text(const char* name, Parse parse, const char* complaint) {
  return CLI::Validator(
      [=](std::string& text) {
        return parse(text) ? std::string() : "\"" + text + "\" is no " + complaint;
      },
      name);
}

CLI::Validator IsBarBeat() {
  return Text("BAR.BEAT", ParseBarBeat, "place in the music, such as 17, 17.3 or 17.3.240");
}

/// The tree of commands. Parsing chooses an action, which is run afterwards. What an action needs is shared with the
/// options that fill it.
class CommandLine {
 public:
  CommandLine();
  int Run(int argc, char** argv);

 private:
  CLI::App* Group(const char* name, const char* help);
  CLI::App* Leaf(CLI::App& above, const char* name, const char* help, const char* example,
                 Action action);
  void AddShow();
  void AddStatus();
  void AddTask();
  void AddTransport();
  CLI::App* AddTransportCommand(CLI::App& group, const char* name, const char* help,
                                const char* example, std::shared_ptr<EventRequested> wish);
  void AddTake();
  void AddProof();

  /// The words that are no flags, with where each stands in argv.
  static std::vector<int> WordsOf(int argc, char** argv);
  /// An exit code if the words name a plug-in, nothing there is, or only half a command.
  std::optional<int> TryOthers(const std::vector<int>& words, char** argv,
                               bool asks_for_help) const;

  CLI::App app_{kWhat, "continuo"};
  Invocation invocation_;
  Action action_;
};

CommandLine::CommandLine() {
  app_.add_option("--coordinator", invocation_.coordinator, "HOST:PORT of the coordinator")
      ->envname("CONTINUO_COORDINATOR")
      ->capture_default_str();
  app_.add_flag("--json", invocation_.json, "one JSON value on stdout instead of text");
  app_.set_version_flag("--version", std::string(transport::BuildId()));
  app_.require_subcommand(1);
  app_.footer(kExample);
  AddShow();
  AddStatus();
  AddTask();
  AddTransport();
  AddTake();
  AddProof();
}

CLI::App* CommandLine::Group(const char* name, const char* help) {
  CLI::App* group = app_.add_subcommand(name, help);
  group->require_subcommand(1);
  group->fallthrough();
  return group;
}

CLI::App* CommandLine::Leaf(CLI::App& above, const char* name, const char* help,
                            const char* example, Action action) {
  CLI::App* leaf = above.add_subcommand(name, help);
  leaf->fallthrough();  // --json and --coordinator may stand anywhere
  leaf->footer(std::string("Example: ") + example);
  leaf->callback([this, action = std::move(action)] { action_ = action; });
  return leaf;
}

void CommandLine::AddShow() {
  CLI::App& show = *Group("show", "check, play or stop a show");
  const auto file = std::make_shared<std::string>();
  Leaf(show, "check", "say everything that is wrong with a show; needs no coordinator",
       "continuo show check deploy/shows/demo.yaml",
       [this, file] { return RunShowCheck(invocation_, *file); })
      ->add_option("file", *file, "the show (YAML)")
      ->required();

  const auto options = std::make_shared<ShowApplyOptions>();
  CLI::App* apply = Leaf(show, "apply", "play a show instead of the current one",
                         "continuo show apply deploy/shows/demo.yaml --seconds 30",
                         [this, options] { return RunShowApply(invocation_, *options); });
  apply->add_option("file", options->file, "the show (YAML)")->required();
  apply->add_option("--seconds", options->seconds, "length, instead of what the show says")
      ->check(CLI::Range(0.001, 1e6));

  Leaf(show, "stop", "silence", "continuo show stop", [this] { return RunShowStop(invocation_); });
}

void CommandLine::AddStatus() {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App* status =
      Leaf(app_, "status", "time line, nodes, tasks, outputs, packets, incidents",
           "continuo status --watch", [this, options] { return RunStatus(invocation_, *options); });
  status->add_flag("--watch", options->watch, "again and again, until Ctrl-C");
  status->add_option("--period", options->period_ms, "of --watch, in ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
  Leaf(*Group("node", "the machines"), "list", "nodes and whether they are alive",
       "continuo node list --json", [this] { return RunNodeList(invocation_); });
}

void AddDate(CLI::App& command, const std::shared_ptr<EventRequested>& wish) {
  command
      .add_option_function<std::string>(
          "--at", [wish](const std::string& text) { wish->at = ParseBarBeat(text); },
          "when; otherwise as soon as the show's lead allows")
      ->check(IsBarBeat());
}

void CommandLine::AddTask() {
  CLI::App& task = *Group("task", "the processors of the show");
  Leaf(task, "list", "tasks, their replicas and the states of these", "continuo task list",
       [this] { return RunTaskList(invocation_); });

  const auto wish = std::make_shared<EventRequested>();
  CLI::App* set = Leaf(task, "set", "change a parameter on one sample of all replicas",
                       "continuo task set bass cutoff 1200 --at 17.1",
                       [this, wish] { return RunEvent(invocation_, *wish); });
  set->add_option("task", wish->task, "name of the task")->required();
  set->add_option("param", wish->param, "name of the parameter")->required();
  set->add_option_function<std::string>(
         "value",
         [wish](const std::string& text) { wish->value = Event::FromFloat(*ParseNumber(text)); },
         "in the parameter's unit")
      ->required()
      ->check(Text("NUMBER", ParseNumber, "number"));
  AddDate(*set, wish);
}

CLI::App* CommandLine::AddTransportCommand(CLI::App& group, const char* name, const char* help,
                                           const char* example,
                                           std::shared_ptr<EventRequested> wish) {
  CLI::App* command =
      Leaf(group, name, help, example, [this, wish] { return RunEvent(invocation_, *wish); });
  AddDate(*command, wish);
  return command;
}

void CommandLine::AddTransport() {
  CLI::App& group = *Group("transport", "play, stop, locate, tempo: on one sample of all nodes");
  const auto wish = [](Command command) {
    auto made = std::make_shared<EventRequested>();
    made->command = command;
    return made;
  };
  AddTransportCommand(group, "play", "roll", "continuo transport play", wish(Command::kPlay));
  AddTransportCommand(group, "stop", "stand still; tasks play on, the time line does not",
                      "continuo transport stop --at 33", wish(Command::kStop));

  const auto locate = wish(Command::kLocate);
  AddTransportCommand(group, "locate", "go to a place in the music",
                      "continuo transport locate 17.1", locate)
      ->add_option_function<std::string>(
          "place", [locate](const std::string& text) { locate->locate_to = *ParseBarBeat(text); },
          "where to")
      ->required()
      ->check(IsBarBeat());

  const auto tempo = wish(Command::kTempo);
  AddTransportCommand(group, "tempo", "change the tempo",
                      "continuo transport tempo 112.5 --at 17.1", tempo)
      ->add_option_function<std::string>(
          "bpm", [tempo](const std::string& text) { tempo->value = *ParseTempo(text); },
          "quarter notes per minute, 10 to 999")
      ->required()
      ->check(Text("BPM", ParseTempo, "tempo from 10 to 999 with at most three decimals"));
}

void CommandLine::AddTake() {
  CLI::App& take = *Group("take", "what a proof needs");
  const auto folder = std::make_shared<std::string>();
  Leaf(take, "save", "show, plan, events and assets of the last show, beside the recorded feeds",
       "continuo take save --out take-1",
       [this, folder] { return RunTakeSave(invocation_, *folder); })
      ->add_option("--out", *folder, "folder of the take; made if absent")
      ->required();
}

void CommandLine::AddProof() {
  const auto render = std::make_shared<RenderOptions>();
  CLI::App* command =
      Leaf(app_, "render", "the oracle: a show or a take, offline, to a file",
           "continuo render deploy/shows/demo.yaml -o demo.wav --seconds 30", [this, render] {
             render->json = invocation_.json;
             return RunRender(*render);
           });
  command->add_option("source", render->source, "a show (YAML) or the folder of a take")
      ->required();
  command->add_option("-o,--out", render->out, "WAV, 32-bit float")->required();
  command->add_option("--output", render->output, "a task; otherwise what the first output plays");
  command->add_option("--seconds", render->seconds, "length; otherwise that of the show or take")
      ->check(CLI::Range(0.001, 1e6));

  const auto folder = std::make_shared<std::string>();
  Leaf(app_, "verify", "compare what a take recorded with the oracle, sample by sample",
       "continuo verify take-1", [this, folder] { return RunVerify(*folder, invocation_.json); })
      ->add_option("take", *folder, "folder of the take")
      ->required();
}

std::vector<int> CommandLine::WordsOf(int argc, char** argv) {
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

std::optional<int> CommandLine::TryOthers(const std::vector<int>& words, char** argv,
                                          bool asks_for_help) const {
  const CLI::App* group = &app_;
  std::string path = "continuo";
  for (const int at : words) {
    const std::string word = argv[at];
    const auto commands = group->get_subcommands([](const CLI::App*) { return true; });
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
  if (asks_for_help || group->get_subcommands([](const CLI::App*) { return true; }).empty()) {
    return std::nullopt;
  }
  std::fprintf(stderr, "continuo: which command?\n\n%s", group->help().c_str());
  return kUsage;
}

int CommandLine::Run(int argc, char** argv) {
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

}  // namespace

int Run(int argc, char** argv) {
  return CommandLine().Run(argc, argv);
}

}  // namespace continuo::coordinator::cli
