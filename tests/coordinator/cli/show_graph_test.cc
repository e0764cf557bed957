// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/show_graph.h"

#include <gmock/gmock.h>

namespace continuo::coordinator::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Show Duo() {
  Show show;
  show.name = "duo";
  show.assets.push_back({"song", AssetKind::kNotes, "song.mid"});
  ShowTask bass;
  bass.name = "bass";
  bass.kind = "synth";
  bass.notes = ShowNotes{.file = "song", .channels = {}};
  ShowTask master;
  master.name = "master";
  master.kind = "mixer";
  master.redundancy = 3;
  master.inputs = {{"bass", 0}, {"bass", 1}};
  show.tasks = {bass, master};
  show.outputs.push_back({"foh", "master", {{"a", ""}, {"b", "rack"}}});
  return show;
}

TEST(ShowGraph, DrawsWhatPlaysWhatHearsAndWhereItLeaves) {
  const std::string dot = DotOf(Duo());
  EXPECT_THAT(dot, HasSubstr("\"task bass\" [label=\"bass\\nsynth, 2 ch, 2x\"]"));
  EXPECT_THAT(dot, HasSubstr("\"task master\" [label=\"master\\nmixer, 2 ch, 3x\"]"));
  EXPECT_THAT(dot, HasSubstr("\"asset song\" -> \"task bass\" [style=dashed]"));
  EXPECT_THAT(dot, HasSubstr("\"task bass\" -> \"task master\";"));
  EXPECT_THAT(dot, HasSubstr("\"task master\" -> \"feed foh-a\";"));
  EXPECT_THAT(dot, HasSubstr("foh-b\\non rack"));
  EXPECT_THAT(dot, Not(HasSubstr("red")));
}

TEST(ShowGraph, AKitIsOneThing) {
  Show show = Duo();
  for (int key = 36; key < 44; ++key) {
    const std::string name = "drum" + std::to_string(key);
    show.tasks[0].samples.push_back({key, name});
    if (key > 36) show.assets.push_back({name, AssetKind::kAudio, name + ".wav"});
  }
  const std::string dot = DotOf(show);
  EXPECT_THAT(dot, HasSubstr("label=\"7 samples\""));
  EXPECT_THAT(dot, HasSubstr("label=\"drum36\", color=red")) << "the one that is missing";
}

TEST(ShowGraph, WhatIsMissingIsRed) {
  Show show = Duo();
  show.tasks[1].inputs = {{"bsas", 0}};
  show.assets.clear();
  const std::string dot = DotOf(show);
  EXPECT_THAT(dot, HasSubstr("\"task bsas\" [label=\"bsas\", color=red]"));
  EXPECT_THAT(dot, HasSubstr("label=\"song\", color=red"));
}

TEST(ShowGraph, ANameCannotBreakOutOfItsQuotes) {
  Show show = Duo();
  show.name = "a\" ]; evil [\"\\";
  EXPECT_THAT(DotOf(show), HasSubstr("digraph \"a\\\" ]; evil [\\\"\\\\\" {"));
}

}  // namespace
}  // namespace continuo::coordinator::cli
