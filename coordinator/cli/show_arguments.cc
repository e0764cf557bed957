// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_arguments.h"

#include <memory>
#include <string>

#include "coordinator/cli/commands.h"

namespace continuo::coordinator::cli {
namespace {

void AddVersions(CommandTree& tree, CLI::App& show) {
  tree.Leaf(&show, "history", "the last versions that were played: when, by whom, what changed",
            "continuo show history", [&tree] { return RunShowHistory(tree.invocation()); });

  const auto number = std::make_shared<std::uint32_t>(0);
  tree.Leaf(&show, "rollback", "apply an earlier version again",
            R"(continuo show rollback 3

Without a number the version before the last. It is applied like any show: what differs changes at
one sample, nothing else is touched; and it is a new version, so a second rollback takes it back.)",
            [&tree, number] { return RunShowRollback(tree.invocation(), *number); })
      .add_option("version", *number, "its number, from `continuo show history`")
      ->check(CLI::Range(1u, 4'000'000'000u));

  const auto reason = std::make_shared<std::string>();
  tree.Leaf(&show, "lock", "refuse every apply, rollback and stop until it is unlocked",
            "continuo show lock --reason \"doors are open\"",
            [&tree, reason] { return RunShowLock(tree.invocation(), true, *reason); })
      .add_option("--reason", *reason, "for who is refused; at most 200 bytes");
  tree.Leaf(&show, "unlock", "allow them again", "continuo show unlock",
            [&tree] { return RunShowLock(tree.invocation(), false, ""); });
}

void AddShow(CommandTree& tree) {
  CLI::App& show = tree.Group("show", "begin, check, draw, play, change or stop a show");
  const auto fresh = std::make_shared<std::string>();
  tree.Leaf(&show, "new", "write a show to begin with: commented, and it plays as it is",
            "continuo show new evening.yaml",
            [&tree, fresh] { return RunShowNew(tree.invocation(), *fresh); })
      .add_option("file", *fresh, "the show (YAML); its song gets the same name, .mid")
      ->required();

  const auto file = std::make_shared<std::string>();
  tree.Leaf(&show, "check", "say everything that is wrong with a show; needs no coordinator",
            "continuo show check deploy/shows/demo.yaml",
            [&tree, file] { return RunShowCheck(tree.invocation(), *file); })
      .add_option("file", *file, "the show (YAML)")
      ->required();

  const auto options = std::make_shared<ShowApplyOptions>();
  CLI::App& apply =
      tree.Leaf(&show, "apply", "play a show instead of the current one",
                "continuo show apply deploy/shows/demo.yaml --seconds 30",
                [&tree, options] { return RunShowApply(tree.invocation(), *options); });
  apply.add_option("file", options->file, "the show (YAML)")->required();
  apply.add_option("--seconds", options->seconds, "length, instead of what the show says")
      ->check(CLI::Range(0.001, 1e6));

  const auto drawing = std::make_shared<ShowGraphOptions>();
  CLI::App& graph =
      tree.Leaf(&show, "graph", "draw a show: what is played, the tasks, the outputs",
                "continuo show graph deploy/shows/demo.yaml -o demo.svg",
                [&tree, drawing] { return RunShowGraph(tree.invocation(), *drawing); });
  graph.add_option("file", drawing->file, "the show (YAML)")->required();
  graph.add_option(
      "-o,--out", drawing->out,
      "show.svg, .png or .pdf, for which Graphviz is needed, or .dot; otherwise DOT is printed");

  const auto other = std::make_shared<std::string>();
  tree.Leaf(&show, "diff", "what an apply would change, and whether it would be heard",
            R"(continuo show diff deploy/shows/demo.yaml

Heard: "on one sample" as if somebody had turned the knob there; "fade" within 20 ms; "crossfade": a
task begins anew in the place of another; "needs a stop": impossible while the show plays.)",
            [&tree, other] { return RunShowDiff(tree.invocation(), *other); })
      .add_option("file", *other, "the show (YAML)")
      ->required();
  AddVersions(tree, show);

  tree.Leaf(&show, "stop", "silence", "continuo show stop",
            [&tree] { return RunShowStop(tree.invocation()); });
}

void AddKernels(CommandTree& tree) {
  CLI::App& kernel =
      tree.Group("kernel", "the kinds of tasks that there are, and their parameters");
  tree.Leaf(&kernel, "list", "what a task can be: its `kind:` in a show", "continuo kernel list",
            [&tree] { return RunKernelList(tree.invocation()); });
  const auto kind = std::make_shared<std::string>();
  tree.Leaf(&kernel, "show", "what a kind does, takes and costs, and its parameters",
            R"(continuo kernel show reverb

Curve: how a knob of it should turn (log: equal turns are equal factors; step: whole numbers).
Glide: how long the sound takes to follow a change; "-": at once, or where the next note begins.)",
            [&tree, kind] { return RunKernelShow(tree.invocation(), *kind); })
      .add_option("kind", *kind, "of a task, as in a show")
      ->required();
}

}  // namespace

void AddShows(CommandTree& tree) {
  AddShow(tree);
  AddKernels(tree);
}

}  // namespace continuo::coordinator::cli
