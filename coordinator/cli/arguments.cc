// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/arguments.h"

#include <memory>
#include <string_view>

#include "coordinator/cli/board_arguments.h"
#include "coordinator/cli/command_tree.h"
#include "coordinator/cli/commands.h"
#include "coordinator/cli/completion.h"
#include "coordinator/cli/completion_command.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/operation_arguments.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/show_arguments.h"
#include "coordinator/cli/verify.h"
#include "coordinator/cli/whereabouts.h"
#include "coordinator/edge/show/scalar.h"

namespace continuo::coordinator::cli {
namespace {

template <typename Parse>
CLI::Validator Text(const char* name, Parse parse, const char* complaint) {
  return CLI::Validator(
      [=](std::string& text) {
        return parse(text) ? std::string() : "\"" + text + "\" is no " + complaint;
      },
      name);
}

void AddStatus(CommandTree& tree) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App& status =
      tree.Leaf(nullptr, "status", "time line, nodes, tasks, outputs, packets, incidents",
                "continuo status --watch",
                [&tree, options] { return RunStatus(tree.invocation(), *options); });
  status.add_flag("--watch", options->watch, "again and again, until Ctrl-C");
  status.add_option("--period", options->period_ms, "of --watch, in ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
  tree.Leaf(&tree.Group("node", "the machines"), "list", "nodes and whether they are alive",
            "continuo node list --json", [&tree] { return RunNodeList(tree.invocation()); });
}

void AddMeters(CommandTree& tree) {
  const auto options = std::make_shared<MetersOptions>();
  CLI::App& meters =
      tree.Leaf(nullptr, "meters", "what tasks measure: levels, gain reduction, loudness",
                R"(continuo meters master --watch

Peaks and reductions are the highest of the last second, so none is missed; all else is as of now.
Which tasks measure what: continuo kernel list, continuo kernel show KIND.)",
                [&tree, options] { return RunMeters(tree.invocation(), *options); });
  meters.add_option("task", options->task, "of this task only");
  meters.add_flag("--watch", options->watch, "again and again, until Ctrl-C");
  meters.add_option("--period", options->period_ms, "of --watch, in ms; nodes report every 250 ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
}

void AddLatency(CommandTree& tree) {
  const auto options = std::make_shared<MetersOptions>();
  options->period_ms = 1000;
  CLI::App& latency =
      tree.Leaf(nullptr, "latency", "how late what comes over each wire is",
                R"(continuo latency --watch

Of each leg (task, from node to node, network) the one-way delay of its packets: from the end of a
packet, in media time, until the audio thread that needs it has it. Below 0: it comes before its
packet is over, because sources run ahead by the promise. The safe offset is when the first who
needs it there goes on without it; margin is what the latest copy of the last half minute has left
of it, "this hop" what came on top of when the sender had all its inputs. A margin below 30 % is an
alarm (continuo log).)",
                [&tree, options] { return RunLatency(tree.invocation(), *options); });
  latency.add_option("task", options->task, "of its wires only");
  latency.add_flag("--watch", options->watch, "again and again, until Ctrl-C");
  latency
      .add_option("--period", options->period_ms, "of --watch, in ms; nodes report every 250 ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
}

void AddClock(CommandTree& tree) {
  const auto options = std::make_shared<ClockOptions>();
  CLI::App& clock = tree.Leaf(nullptr, "clock", "how the clocks of all nodes stand",
                              R"(continuo clock

On a terminal a table that goes on until Ctrl-C; elsewhere, and with --json, once. The offset is
that from the grandmaster as ptp4l measures it, drift how much too fast the crystal is, error the
node's own estimate of how far its time is off. Alarms are in `continuo log`.)",
                              [&tree, options] { return RunClock(tree.invocation(), *options); });
  clock.add_flag("--watch", options->watch, "again and again also where there is no terminal");
  clock.add_option("--period", options->period_ms, "in ms; nodes report every 250 ms")
      ->check(CLI::Range(100, 60'000))
      ->capture_default_str();
}

void AddLog(CommandTree& tree) {
  const auto log = std::make_shared<LogOptions>();
  CLI::App& events = tree.Leaf(nullptr, "log", "what happened in the cluster, and why",
                               R"(continuo log --follow

Each entry has a number; (of #12) names the one that it follows from.)",
                               [&tree, log] { return RunLog(tree.invocation(), *log); });
  events.add_flag("--follow", log->follow, "go on with what happens, until Ctrl-C");
  events.add_option("--last", log->last, "begin with so many entries")
      ->check(CLI::Range(1, 5000))
      ->capture_default_str();
}

void AddDiscover(CommandTree& tree) {
  tree.Leaf(nullptr, "discover", "coordinators and nodes that announce themselves on this network",
            "continuo discover --json", [&tree] { return RunDiscover(tree.invocation()); });
}

void AddDate(CLI::App& command, const std::shared_ptr<EventRequested>& wish) {
  command
      .add_option_function<std::string>(
          "--at", [wish](const std::string& text) { wish->at = ParseBarBeat(text); },
          "when; otherwise as soon as the show's lead allows")
      ->check(IsBarBeat());
}

void AddTask(CommandTree& tree) {
  CLI::App& task = tree.Group("task", "the processors of the show");
  tree.Leaf(&task, "list", "tasks, their replicas and the states of these", "continuo task list",
            [&tree] { return RunTaskList(tree.invocation()); });
  const auto name = std::make_shared<std::string>();
  tree.Leaf(&task, "show", "one task: its replicas, and what its parameters are",
            R"(continuo task show bass

`soon` is a value that is committed and not heard yet: commands are dated a little ahead.)",
            [&tree, name] { return RunTaskShow(tree.invocation(), *name); })
      .add_option("task", *name, "name of the task")
      ->required();

  const auto wish = std::make_shared<EventRequested>();
  CLI::App& set = tree.Leaf(&task, "set", "change a parameter on one sample of all replicas",
                            "continuo task set bass cutoff 1200 --at 17.1",
                            [&tree, wish] { return RunEvent(tree.invocation(), *wish); });
  set.add_option("task", wish->task, "name of the task")->required();
  set.add_option("param", wish->param, "name of the parameter")->required();
  set.add_option_function<std::string>(
         "value",
         [wish](const std::string& text) { wish->value = Event::FromFloat(*ParseNumber(text)); },
         "in the parameter's unit")
      ->required()
      ->check(Text("NUMBER", ParseNumber, "number"));
  AddDate(set, wish);
}

CLI::App& AddTransportCommand(CommandTree& tree, const char* name, const char* help,
                              const char* example, const std::shared_ptr<EventRequested>& wish) {
  CLI::App& group =
      tree.Group("transport", "play, stop, locate, tempo: on one sample of all nodes");
  CLI::App& command = tree.Leaf(&group, name, help, example,
                                [&tree, wish] { return RunEvent(tree.invocation(), *wish); });
  AddDate(command, wish);
  return command;
}

void AddTransport(CommandTree& tree) {
  const auto wish = [](Command command) {
    auto made = std::make_shared<EventRequested>();
    made->command = command;
    return made;
  };
  AddTransportCommand(tree, "play", "roll", "continuo transport play", wish(Command::kPlay));
  AddTransportCommand(tree, "stop", "stand still; tasks play on, the time line does not",
                      "continuo transport stop --at 33", wish(Command::kStop));

  const auto locate = wish(Command::kLocate);
  AddTransportCommand(tree, "locate", "go to a place in the music",
                      "continuo transport locate 17.1", locate)
      .add_option_function<std::string>(
          "place", [locate](const std::string& text) { locate->locate_to = *ParseBarBeat(text); },
          "where to")
      ->required()
      ->check(IsBarBeat());

  const auto tempo = wish(Command::kTempo);
  AddTransportCommand(tree, "tempo", "change the tempo", "continuo transport tempo 112.5 --at 17.1",
                      tempo)
      .add_option_function<std::string>(
          "bpm", [tempo](const std::string& text) { tempo->value = *ParseTempo(text); },
          "quarter notes per minute, 10 to 999")
      ->required()
      ->check(Text("BPM", ParseTempo, "tempo from 10 to 999 with at most three decimals"));
}

void AddScene(CommandTree& tree) {
  CLI::App& scene = tree.Group("scene", "settings of many tasks, recalled on one sample");
  tree.Leaf(&scene, "list", "the scenes of the show that plays", "continuo scene list",
            [&tree] { return RunSceneList(tree.invocation()); });
  const auto wish = std::make_shared<EventRequested>();
  wish->command = Command::kScene;
  CLI::App& recall = tree.Leaf(&scene, "recall", "set all that a scene says, on one sample",
                               R"(continuo scene recall chorus --at 17.1

What the scene does not name stays as it is. All tasks take it on the same sample, or none does.)",
                               [&tree, wish] { return RunEvent(tree.invocation(), *wish); });
  recall.add_option("scene", wish->scene, "its name, from `continuo scene list`")->required();
  AddDate(recall, wish);

  const auto name = std::make_shared<std::string>(), file = std::make_shared<std::string>();
  CLI::App& save =
      tree.Leaf(&scene, "save", "what is in force now, as a scene for the show's file",
                R"(continuo scene save chorus --into evening.yaml

Holds every parameter that the show, a scene or a command has set so far.)",
                [&tree, name, file] { return RunSceneSave(tree.invocation(), *name, *file); });
  save.add_option("name", *name, "of the new scene")->required();
  save.add_option("--into", *file, "write it into this show; else it is printed");
}

void AddPanic(CommandTree& tree) {
  const auto wish = std::make_shared<EventRequested>();
  wish->command = Command::kMute;
  wish->value = 1;
  CLI::App& command =
      tree.Leaf(nullptr, "panic", "everything falls silent, without a click, and all notes end",
                R"(continuo panic

Every task fades to silence within 50 ms, from one sample on, and stays silent: tasks compute on and
the time line goes on. Until then it takes as long as any command, the show's lead. Then:
continuo panic --release)",
                [&tree, wish] { return RunEvent(tree.invocation(), *wish); });
  command.add_flag_callback(
      "--release", [wish] { wish->value = 0; }, "sound again, where the time line is by then");
  AddDate(command, wish);
}

void AddTake(CommandTree& tree) {
  CLI::App& take = tree.Group("take", "what a proof needs");
  const auto folder = std::make_shared<std::string>();
  tree.Leaf(&take, "save",
            "show, plan, events and assets of the last show, beside the recorded feeds",
            "continuo take save --out take-1",
            [&tree, folder] { return RunTakeSave(tree.invocation(), *folder); })
      .add_option("--out", *folder, "folder of the take; made if absent")
      ->required();
}

void AddProof(CommandTree& tree) {
  const auto render = std::make_shared<RenderOptions>();
  CLI::App& command =
      tree.Leaf(nullptr, "render", "the oracle: a show or a take, offline, to a file",
                "continuo render deploy/shows/demo.yaml -o demo.wav --seconds 30", [&tree, render] {
                  render->json = tree.invocation().json;
                  return RunRender(*render);
                });
  command.add_option("source", render->source, "a show (YAML) or the folder of a take")->required();
  command.add_option("-o,--out", render->out, "WAV, 32-bit float")->required();
  command.add_option("--output", render->output, "a task; otherwise what the first output plays");
  command.add_option("--seconds", render->seconds, "length; otherwise that of the show or take")
      ->check(CLI::Range(0.001, 1e6));

  const auto folder = std::make_shared<std::string>();
  tree.Leaf(nullptr, "verify", "compare what a take recorded with the oracle, sample by sample",
            "continuo verify take-1",
            [&tree, folder] { return RunVerify(*folder, tree.invocation().json); })
      .add_option("take", *folder, "folder of the take")
      ->required();
}

void AddCompletion(CommandTree& tree) {
  const auto shell = std::make_shared<std::string>();
  tree.Leaf(nullptr, "completion", "a script that completes commands, files and names in a shell",
            R"(continuo completion bash > ~/.local/share/bash-completion/completions/continuo

For zsh: continuo completion zsh > "${fpath[1]}/_continuo")",
            [shell] { return RunCompletion(*shell); })
      .add_option("shell", *shell, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
}

}  // namespace

int Run(int argc, char** argv) {
  CommandTree tree;
  AddShows(tree);
  AddStatus(tree);
  AddMeters(tree);
  AddLatency(tree);
  AddClock(tree);
  AddLog(tree);
  AddTask(tree);
  AddOperations(tree);
  AddBoards(tree);
  AddTransport(tree);
  AddScene(tree);
  AddPanic(tree);
  AddTake(tree);
  AddProof(tree);
  AddDiscover(tree);
  AddCompletion(tree);
  if (argc > 1 && std::string_view(argv[1]) == kCompleteWord) {
    return RunComplete(tree.root(), {argv + 2, argv + argc});
  }
  return tree.Run(argc, argv);
}

}  // namespace continuo::coordinator::cli
