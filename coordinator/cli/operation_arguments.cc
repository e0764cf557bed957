// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/operation_arguments.h"

#include <memory>
#include <string>

#include "coordinator/cli/commands.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/edge/show/scalar.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator::cli {
namespace {

/// Operations are counted from 1.
CLI::Validator IsOperation() {
  return CLI::Validator(
      [](std::string& text) {
        const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
        return digits && text.size() < 19 && text.find_first_not_of('0') != std::string::npos
                   ? std::string()
                   : "\"" + text + "\" is no number of an operation: 1 or more";
      },
      "ID");
}

template <typename Wish>
struct Wanted {
  Wish wish{};
  bool wait = false;
};

/// A command that begins an operation, with `--wait`.
template <typename Wish>
CLI::App& AddOperation(CommandTree& tree, CLI::App* above, const char* name, const char* help,
                       const char* example, const std::shared_ptr<Wanted<Wish>>& wanted) {
  CLI::App& command = tree.Leaf(above, name, help, example, [&tree, wanted] {
    return RunOperation(tree.invocation(), wanted->wish, wanted->wait);
  });
  command.add_flag("--wait", wanted->wait,
                   "show how it goes and wait for the verdict; Ctrl-C calls it off");
  return command;
}

void AddMigrate(CommandTree& tree, CLI::App& task) {
  const auto wanted = std::make_shared<Wanted<MoveRequested>>();
  CLI::App& migrate = AddOperation(tree, &task, "migrate",
                                   "move a running task to another node; nothing of it is heard",
                                   R"(continuo task migrate bass --to pi-3 --wait

A newcomer on pi-3 takes a snapshot of a replica, catches up and is compared with it. Only when
the two are equal to the bit is it heard, and only then does the old one leave. Until then it can be
called off, and the show is as it was.)",
                                   wanted);
  migrate.add_option("task", wanted->wish.task, "name of the task")->required();
  migrate.add_option("--to", wanted->wish.to, "node that takes it; otherwise the best one")
      ->type_name("NODE");
  migrate
      .add_option("--from", wanted->wish.from,
                  "node that gives it away; otherwise the one that is missed least")
      ->type_name("NODE");
  migrate
      .add_option_function<std::string>(
          "--at", [wanted](const std::string& text) { wanted->wish.at = ParseBarBeat(text); },
          "the old one leaves then; otherwise as soon as the new one is in sync")
      ->check(IsBarBeat());
}

void AddReplicas(CommandTree& tree, CLI::App& task) {
  const auto wanted = std::make_shared<Wanted<ReplicasRequested>>();
  CLI::App& replicas = AddOperation(tree, &task, "replicas",
                                    "run more or fewer copies of a task until the show ends",
                                    R"(continuo task replicas master 3 --wait

With N replicas, N - 1 nodes may die and the task is still heard. With 1 its state is kept on a
second node, and a death is heard for as long as it takes to resume it there.)",
                                    wanted);
  replicas.add_option("task", wanted->wish.task, "name of the task")->required();
  replicas.add_option("n", wanted->wish.replicas, "how many, on as many nodes")
      ->required()
      ->check(CLI::Range(1, plan::kMaxRedundancy));
}

void AddDrain(CommandTree& tree, CLI::App& node, bool on) {
  const auto wanted = std::make_shared<Wanted<DrainRequested>>();
  wanted->wish.on = on;
  CLI::App& drain =
      on ? AddOperation(tree, &node, "drain", "move everything away from a node, to unplug it",
                        R"(continuo node drain pi-2 --wait

Each of its replicas moves to another node, in sync before the old one leaves. Then the node may be
unplugged; it gets nothing new until `continuo node undrain pi-2`.)",
                        wanted)
         : tree.Leaf(
               &node, "undrain", "use a drained node again",
               R"(continuo node undrain pi-2

Nothing moves back by itself: see `continuo rebalance`.)",
               [&tree, wanted] { return RunOperation(tree.invocation(), wanted->wish, false); });
  drain.add_option("node", wanted->wish.node, "name of the node")->required();
}

void AddNodes(CommandTree& tree) {
  CLI::App& node = tree.Group("node", "the machines");
  const auto name = std::make_shared<std::string>();
  tree.Leaf(&node, "show", "what a node is, what it runs, and whether it may be unplugged",
            "continuo node show pi-2",
            [&tree, name] { return RunNodeShow(tree.invocation(), *name); })
      .add_option("node", *name, "name of the node")
      ->required();
  AddDrain(tree, node, true);
  AddDrain(tree, node, false);
}

void AddRebalance(CommandTree& tree) {
  const auto wanted = std::make_shared<Wanted<RebalanceRequested>>();
  AddOperation(tree, nullptr, "rebalance", "spread the work evenly, with as few moves as possible",
               R"(continuo rebalance --dry-run

Shows which moves it would take, and why. Without --dry-run they are made, each like a
`continuo task migrate`.)",
               wanted)
      .add_flag("--dry-run", wanted->wish.dry_run, "only show the moves");
}

void AddOperationCommands(CommandTree& tree) {
  CLI::App& group = tree.Group("operation", "moves, repairs and the like that are under way");
  tree.Leaf(&group, "list", "what is under way, and how the last ones ended",
            "continuo operation list", [&tree] { return RunOperationList(tree.invocation()); });
  const auto id = std::make_shared<OperationId>(0);
  tree.Leaf(&group, "cancel", "call an operation off; the show stays as it was",
            "continuo operation cancel 7",
            [&tree, id] { return RunOperationCancel(tree.invocation(), *id); })
      .add_option("id", *id, "its number, from `continuo operation list`")
      ->required()
      ->check(IsOperation());
}

}  // namespace

void AddOperations(CommandTree& tree) {
  CLI::App& task = tree.Group("task", "the processors of the show");
  AddMigrate(tree, task);
  AddReplicas(tree, task);
  AddNodes(tree);
  AddRebalance(tree);
  AddOperationCommands(tree);
}

}  // namespace continuo::coordinator::cli
