// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "coordinator/cli/figures.h"
#include "coordinator/cli/json_text.h"
#include "coordinator/cli/node_text.h"
#include "coordinator/cli/status_text.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A show on two nodes, one of which is dead; the other one's packets are played.
View Sample() {
  View view;
  view.now = 48'000'000 + 96'000;
  view.show.phase = ShowPhase::kPlaying;
  view.show.name = "demo";
  view.plan.version = 3;
  view.plan.start_n = 48'000'000;
  view.plan.length = 480'000;
  view.session.position = {17, 3, 240};
  view.session.segment.playing = true;
  for (const plan::NodeId id : {1, 2}) {
    NodeView& node = view.nodes.emplace_back();
    node.id = id;
    node.name = "pi-" + std::to_string(id);
    node.liveness = id == 1 ? Liveness::kAlive : Liveness::kDead;
    plan::StreamStatus& stream = node.status.emplace().streams.emplace_back();
    stream.legs.push_back({.late = 2, .repaired = 3});
    node.status->nacks_sent = 4;
  }
  TaskView& task = view.tasks.emplace_back();
  task.id = 5;
  task.name = "bass";
  task.kind = "synth";
  task.wanted = 2;
  task.in_sync = 1;
  task.replicas.resize(2);
  ReplicaView& live = task.replicas[0];
  live.node = 1;
  live.node_name = "pi-1";
  live.state = plan::ReplicaState::kInSync;
  live.live = true;
  live.selected = 900;
  live.selected_last_s = 500;
  ReplicaView& gone = task.replicas[1];
  gone.node = 2;
  gone.node_name = "pi-2";
  gone.selected_last_s = 400;
  OutputView& output = view.outputs.emplace_back();
  output.name = "foh-a";
  output.status.concealed = 6;
  plan::Incident divergence{plan::IncidentKind::kDivergence, 5, 48'000'111, 1, 2, "differs"};
  view.incidents.push_back({48'000'200, "pi-1", divergence});
  view.gaps.push_back({5, 48'000'300, 0});
  return view;
}

const Terminal kPlain(false, false, 120);

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(Figures, OfADeadNodeNothingIsSelectedAnyMore) {
  const View view = Sample();
  EXPECT_EQ(FiguresOf(view, view.nodes[0]).selected_last_s, 500u);
  EXPECT_EQ(FiguresOf(view, view.nodes[1]).selected_last_s, 0u);
}

TEST(Figures, PacketsAreSummedOverAllReceivers) {
  const PacketFigures packets = PacketsOf(Sample());
  EXPECT_EQ(packets.late, 4u);
  EXPECT_EQ(packets.repaired, 6u);
  EXPECT_EQ(packets.nacks, 8u);
  EXPECT_EQ(packets.lost, 6u);
}

TEST(Figures, NothingIsPlayedBeforeTheFirstSampleNorAfterTheLast) {
  View view = Sample();
  view.now = view.plan.start_n - 1;
  EXPECT_EQ(Played(view), 0);
  view.now = view.plan.start_n + 2 * view.plan.length;
  EXPECT_EQ(Played(view), view.plan.length);
}

TEST(StatusJson, HasWhatScriptsReadUnderTheirNames) {
  const json status = json::parse(StatusJson(Sample()));
  EXPECT_EQ(status["phase"], "playing");
  EXPECT_EQ(status["start_n"], 48'000'000);
  EXPECT_EQ(status["position"], "17.3.240");
  EXPECT_EQ(status["nodes"][0]["selected_packets_last_s"], 500);
  EXPECT_EQ(status["nodes"][1]["packets_late"], 2);
  EXPECT_EQ(status["nodes"][1]["nacks_sent"], 4);
  EXPECT_EQ(status["tasks"][0]["replicas"][0]["state"], "in-sync");
  EXPECT_EQ(status["tasks"][0]["replicas"][0]["selected_packets"], 900);
  EXPECT_EQ(status["outputs"][0]["concealed"], 6);
  const json divergence = {
      {"task", "bass"}, {"n", 48'000'111}, {"kept", "pi-1"}, {"differing", "pi-2"}};
  EXPECT_EQ(status["divergences"], json::array({divergence}));
  const json gap = {{"task", "bass"}, {"from_n", 48'000'300}, {"until_n", nullptr}};
  EXPECT_EQ(status["redundancy"], json::array({gap}));
}

TEST(Status, OfSeveralCoordinatorsTellsWhoLeadsAndWhoElseIsThere) {
  View view = Sample();
  view.term = 3;
  EXPECT_TRUE(json::parse(StatusJson(view))["leader"].is_null());
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), Not(HasSubstr("coordinators")));
  view.coordinators = {{"a:7400", false}, {"b:7400", true}};
  const json status = json::parse(StatusJson(view));
  EXPECT_EQ(status["leader"], "b:7400");
  EXPECT_EQ(status["coordinators"][0]["address"], "a:7400");
  EXPECT_EQ(status["coordinators"][0]["leads"], false);
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)),
              HasSubstr("coordinators: a:7400, b:7400 leads (term 3)"));
}

TEST(StatusJson, OutputWithoutADeviceHasNoneAndOneWithOneTellsAllOfIt) {
  View view = Sample();
  EXPECT_TRUE(json::parse(StatusJson(view))["outputs"][0]["device"].is_null());
  view.outputs[0].status.device.name = "jack:default";
  view.outputs[0].status.device.xruns = 3;
  const json device = json::parse(StatusJson(view))["outputs"][0]["device"];
  EXPECT_EQ(device["name"], "jack:default");
  EXPECT_EQ(device["xruns"], 3);
  EXPECT_EQ(device["running"], false);
}

TEST(StatusText, DeviceOfAnOutputHasALineOfItsOwn) {
  View view = Sample();
  view.outputs[0].live = true;
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), Not(HasSubstr("xruns")));
  plan::DeviceStatus& device = view.outputs[0].status.device;
  device.name = "jack:default";
  device.running = true;
  device.latency = 960;
  device.over = 17;
  device.dc = 1;
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("jack:default"));
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("20 ms"));
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("17 over, 1 DC"));
  device.error = "the JACK server 'default' is gone";
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("is gone"));
}

TEST(StatusJson, TextThatIsNoUtf8IsStillJson) {
  View view = Sample();
  view.show.problem = "\xff\xfe";
  EXPECT_TRUE(json::accept(StatusJson(view)));
}

TEST(StatusText, SaysWhatIsNotAsItShouldBe) {
  const std::string text = Joined(StatusLines(Sample(), kPlain, 8));
  EXPECT_THAT(text, HasSubstr("demo  playing  2.0 s of 10.0 s   bar 17.3.240"));
  EXPECT_THAT(text, HasSubstr("pi-2:gone"));
  EXPECT_THAT(text, HasSubstr("packets: late 4, lost 6, repaired 6"));
  EXPECT_THAT(text, HasSubstr("redundancy of bass down at 0.0 s, not restored"));
  EXPECT_THAT(text, HasSubstr("divergence"));
}

TEST(StatusText, AfterAPanicSaysWhyNothingIsHeardAndHowToEndIt) {
  View view = Sample();
  view.session.segment.muted = true;
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("continuo panic --release"));
  EXPECT_EQ(json::parse(StatusJson(view))["muted"], true);
  view.show.phase = ShowPhase::kStopped;
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), Not(HasSubstr("panic"))) << "it is over";
}

/// The state of pi-1's replica as `task list` has it.
std::string StateOf(const ReplicaView& replica) {
  return ReplicaText(Sample(), replica, kPlain);
}

TEST(StatusText, AReplicasPlaceInItsLifeCanBeRead) {
  ReplicaView replica = Sample().tasks[0].replicas[0];
  EXPECT_EQ(StateOf(replica), "in-sync");
  replica.leaving = true;
  EXPECT_EQ(StateOf(replica), "in-sync, leaving");
  replica.leaving = false;
  replica.gap = 24'000;
  EXPECT_EQ(StateOf(replica), "in-sync, resumed after 500 ms");
  replica.state = plan::ReplicaState::kCatchUp;
  replica.join.behind = 310;
  EXPECT_EQ(StateOf(replica), "joining, catching up, 310 packets behind");
  replica.state = plan::ReplicaState::kShadow;
  replica.join.hash_equal = true;
  EXPECT_EQ(StateOf(replica), "joining, state equal");
  replica.state = plan::ReplicaState::kWitness;
  EXPECT_EQ(StateOf(replica), "witness");
  replica.state = plan::ReplicaState::kRetired;
  EXPECT_EQ(StateOf(replica), "retired");
  replica.state = plan::ReplicaState::kEmpty;
  replica.join.error = "no donor";
  EXPECT_EQ(StateOf(replica), "not joined, no donor");
  replica.live = false;
  EXPECT_EQ(StateOf(replica), "gone");
}

TEST(StatusText, OnAShortTerminalTasksThatAreWholeMakeRoomForTheRest) {
  View view = Sample();
  TaskView whole = view.tasks[0];
  whole.name = "keys";
  whole.in_sync = 2;
  whole.replicas[1] = whole.replicas[0];
  view.tasks.insert(view.tasks.end(), 30, whole);
  const auto text = [&view](int height) {
    std::string all;
    for (const std::string& line :
         StatusLinesThatFit(view, Terminal(true, false, 120, height), 8)) {
      all += line + "\n";
    }
    return all;
  };
  EXPECT_THAT(text(24), HasSubstr("bass"));
  EXPECT_THAT(text(24), Not(HasSubstr("keys")));
  EXPECT_THAT(text(24), HasSubstr("30 of 31 tasks have all their replicas in sync"));
  EXPECT_THAT(text(24), HasSubstr("foh-a"));
  EXPECT_THAT(text(100), HasSubstr("keys"));
}

TEST(StatusText, OperationsUnderWayAreInTheStatus) {
  View view = Sample();
  OperationView& move = view.operations.emplace_back();
  move.id = 7;
  move.text = "move bass from pi-1 to pi-3";
  move.phase = OperationPhase::kJoining;
  EXPECT_THAT(Joined(StatusLines(view, kPlain, 8)), HasSubstr("move bass from pi-1 to pi-3"));
  EXPECT_THAT(StatusLine(view), HasSubstr("operations 1"));
  move.done = true;
  EXPECT_THAT(StatusLine(view), Not(HasSubstr("operations")));
}

TEST(NodeText, ANodeMayBeUnpluggedWhenNothingIsLeftOnIt) {
  View view = Sample();
  NodeView& node = view.nodes[0];
  const auto text = [&] { return Joined(NodeDetailLines(view, node, kPlain)); };
  EXPECT_THAT(text(), HasSubstr("continuo node drain pi-1 --wait"));
  node.drained = true;
  EXPECT_THAT(text(), HasSubstr("not yet to be unplugged"));
  EXPECT_THAT(text(), HasSubstr("bass"));
  view.tasks[0].replicas[0].state = plan::ReplicaState::kRetired;
  EXPECT_THAT(text(), HasSubstr("may be unplugged"));
  EXPECT_EQ(json::parse(NodeShowJson(view, node))["may_be_unplugged"], true);
  view.outputs[0].node = 1;
  EXPECT_THAT(text(), HasSubstr("unplugging it silences foh-a"));
  EXPECT_EQ(json::parse(NodeShowJson(view, node))["may_be_unplugged"], false);
}

TEST(NodeText, ABoardSaysWhyItStartedOver) {
  View view = Sample();
  NodeView& node = view.nodes[0];
  EXPECT_THAT(Joined(NodeDetailLines(view, node, kPlain)), Not(HasSubstr("board")));
  EXPECT_TRUE(json::parse(NodeShowJson(view, node))["board"].is_null());
  node.status.emplace().board = {"mps2-an386", 2, "hard fault, in boot 1", true,
                                 "by the board 3 replayed"};
  const std::string text = Joined(NodeDetailLines(view, node, kPlain));
  EXPECT_THAT(text, HasSubstr("a board (mps2-an386), boot 2"));
  EXPECT_THAT(text, HasSubstr("last fault: hard fault, in boot 1"));
  EXPECT_THAT(text, HasSubstr("its link is sealed"));
  EXPECT_THAT(text, HasSubstr("refused: by the board 3 replayed"));
  EXPECT_EQ(json::parse(NodeShowJson(view, node))["board"]["boots"], 2);
  node.status->board.sealed = false;
  EXPECT_THAT(Joined(NodeDetailLines(view, node, kPlain)), HasSubstr("open to everybody: no key"));
}

TEST(NodeText, ADrainedNodeIsMarkedInTheList) {
  View view = Sample();
  view.nodes[0].drained = true;
  EXPECT_THAT(NodeLines(view, kPlain)[1], HasSubstr("drained"));
  EXPECT_THAT(NodeLines(view, kPlain)[2], Not(HasSubstr("drained")));
}

TEST(StatusText, IsPaintedOnlyWhereAPersonLooks) {
  EXPECT_THAT(Joined(StatusLines(Sample(), kPlain, 8)), Not(HasSubstr("\x1b")));
  EXPECT_THAT(Joined(StatusLines(Sample(), Terminal(true, true, 80), 8)), HasSubstr("\x1b["));
}

TEST(StatusText, AnEmptyClusterSaysWhatToDo) {
  EXPECT_THAT(Joined(StatusLines(View(), kPlain, 8)), HasSubstr("continuo-agent --help"));
  EXPECT_THAT(Joined(TaskLines(View(), kPlain)), HasSubstr("continuo show apply"));
}

TEST(StatusText, OneLineIsOneLine) {
  EXPECT_THAT(StatusLine(Sample()), Not(HasSubstr("\n")));
}

TEST(Table, PaintTakesNoRoom) {
  Table table({"name", ">n"});
  table.Add({"\x1b[31mab\x1b[0m", "1"});
  table.Add({"abcd", "22"});
  EXPECT_THAT(table.Lines(), ElementsAre("  name   n", "  \x1b[31mab\x1b[0m     1", "  abcd  22"));
}

TEST(Terminal, CuttingKeepsCharactersWholeAndClosesPaint) {
  EXPECT_EQ(Cut("größer", 3), "grö");
  EXPECT_EQ(Cut("\x1b[31mabc\x1b[0m", 2), "\x1b[31mab\x1b[0m");
  EXPECT_EQ(Cut("ab", 2), "ab");
}

}  // namespace
}  // namespace continuo::coordinator::cli
