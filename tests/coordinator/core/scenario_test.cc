// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "coordinator/core/stage.h"

// Scenarios are text files beside this one: a command, `----`, and what the coordinator did about it. Set
// CONTINUO_REWRITE=1 to write down what it does now; only commit the difference if you understand it.
//
//   start [clock=N]            the process started
//   attach NAME ABILITIES...   compute, output, domain=X, held=TERM.VERSION, clock=N, link=N, host=N
//   fleet                      attaches pi-1, pi-2, pi-3 (compute), rack-a and rack-b (output)
//   leave NAME                 its stream ended
//   apply [redundancy=N] [length_ms=N] [play=0]      the small show of stage.cc
//   prepared [NAME [error...]] it answers the plan of now; without a name: all do
//   stop
//   set TASK PARAM VALUE [BAR BEAT]
//   session play|stop|tempo|locate [VALUE] [BAR BEAT]   tempo in bpm; locate to BAR BEAT
//   verdict NAME TERM.NUMBER committed|expired
//   received NAME SENDER=PACKETS...     its status
//   silent NAME... | heard NAME...      beats stop, come again
//   pass MS
//   stall MS                   the coordinator itself stands still
//   view                       what status shows

namespace continuo::coordinator {
namespace {

using Words = std::vector<std::string>;

std::string Value(const Words& words, const std::string& key, const std::string& otherwise) {
  for (const std::string& word : words) {
    if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
  }
  return otherwise;
}

std::string ViewText(const View& view) {
  std::ostringstream out;
  out << "term " << view.term << ", show " << view.show.name << " " << ToString(view.show.phase);
  if (!view.show.problem.empty()) out << " (" << view.show.problem << ")";
  out << "\nsession bar " << view.session.position.bar << "." << view.session.position.beat
      << " at " << view.session.segment.tempo_mbpm
      << (view.session.segment.playing ? " playing" : " stopped") << "\n";
  for (const NodeView& node : view.nodes) {
    out << "node " << node.id << " " << node.name << " " << ToString(node.liveness)
        << (node.attached ? " attached" : "") << (node.in_plan ? " in plan" : "")
        << (node.holds_plan ? " holds it" : "") << "\n";
  }
  for (const TaskView& task : view.tasks) {
    out << "task " << task.id << " " << task.name << " " << task.in_sync << "/" << task.wanted
        << " on";
    for (const ReplicaView& replica : task.replicas) {
      out << " " << replica.node_name << (replica.live ? "" : "(gone)");
    }
    out << "\n";
  }
  for (const OutputView& output : view.outputs) {
    out << "output " << output.name << " of " << output.from << " on " << output.node_name
        << (output.live ? "" : " (gone)") << "\n";
  }
  for (const EventView& event : view.events) {
    out << "event " << event.text << " verdict " << static_cast<int>(event.verdict) << "\n";
  }
  for (const RedundancyGap& gap : view.gaps) {
    out << "gap of task " << gap.task << " from " << gap.from_n << " to " << gap.to_n << "\n";
  }
  return out.str();
}

class Player {
 public:
  std::string Play(const Words& words) {
    const std::string& verb = words[0];
    const Words rest(words.begin() + 1, words.end());
    if (verb == "start") {
      return stage_.Take(
          Started{std::stoul(Value(words, "clock", "77")), 1'000'000, "test", "c:1"});
    }
    if (verb == "attach") return stage_.Attach(rest[0], {rest.begin() + 1, rest.end()});
    if (verb == "fleet") return Fleet();
    if (verb == "leave") return stage_.Leave(rest[0]);
    if (verb == "apply") return Apply(rest);
    if (verb == "prepared") return Prepared(rest);
    if (verb == "stop") return stage_.Take(ShowStopRequested{++request_});
    if (verb == "set") return Set(rest);
    if (verb == "session") return Session(rest);
    if (verb == "verdict") return Verdict(rest);
    if (verb == "received") return Received(rest);
    if (verb == "replicas") return Replicas(rest[0], rest[1]);
    if (verb == "silent") return Beats(rest, false);
    if (verb == "heard") return Beats(rest, true);
    if (verb == "pass") return stage_.Pass(std::stoll(rest[0]) * 1'000'000);
    if (verb == "stall") return stage_.Stall(std::stoll(rest[0]) * 1'000'000);
    if (verb == "view") return ViewText(stage_.Look());
    ADD_FAILURE() << "unknown command " << verb;
    return "";
  }
  const Stage& stage() const { return stage_; }

 private:
  std::string Apply(const Words& words) {
    ShowApplied applied{++request_, SmallShow(), "show: small", SmallAssets()};
    applied.show.redundancy = std::stoi(Value(words, "redundancy", "2"));
    applied.show.length = FramesOfMs(std::stoll(Value(words, "length_ms", "0")));
    applied.show.play = Value(words, "play", "1") == "1";
    return stage_.Take(applied);
  }
  std::string Fleet() {
    std::string text;
    for (const char* name : {"pi-1", "pi-2", "pi-3"}) text += stage_.Attach(name, {"compute"});
    for (const char* name : {"rack-a", "rack-b"}) text += stage_.Attach(name, {"output"});
    return text;
  }
  std::string Prepared(const Words& words) {
    if (words.empty()) {
      std::string text;
      for (const plan::Node& node : stage_.ledger().plan.nodes) text += Prepared({node.name});
      return text;
    }
    plan::PlanPrepared prepared{stage_.ledger().plan.term, stage_.ledger().plan.version, ""};
    for (std::size_t i = 1; i < words.size(); ++i) prepared.error += (i > 1 ? " " : "") + words[i];
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(words[0]), prepared});
  }
  static std::optional<session::BarBeat> Position(const Words& words, std::size_t from) {
    if (words.size() < from + 2) return std::nullopt;
    return session::BarBeat{std::stoll(words[from]), std::stoi(words[from + 1]), 0};
  }
  std::string Set(const Words& words) {
    EventRequested event;
    event.request = ++request_;
    event.task = words[0];
    event.param = words[1];
    event.value = Event::FromFloat(std::stof(words[2]));
    event.at = Position(words, 3);
    return stage_.Take(event);
  }
  std::string Session(const Words& words) {
    EventRequested event;
    event.request = ++request_;
    if (words[0] == "play") event.command = Command::kPlay;
    if (words[0] == "stop") event.command = Command::kStop;
    if (words[0] == "locate") {
      event.command = Command::kLocate;
      event.locate_to = *Position(words, 1);
    }
    if (words[0] == "tempo") {
      event.command = Command::kTempo;
      event.value = std::stoll(words[1]) * 1000;
      event.at = Position(words, 2);
    }
    return stage_.Take(event);
  }
  std::string Verdict(const Words& words) {
    const std::size_t dot = words[1].find('.');
    const EventId id = std::stoul(words[1]) << 32 | std::stoul(words[1].substr(dot + 1));
    const auto verdict =
        words[2] == "committed" ? continuo::Verdict::kCommitted : continuo::Verdict::kExpired;
    return stage_.Take(
        AgentSpoke{stage_.ConnectionOf(words[0]), plan::VerdictReached{0, id, verdict}});
  }
  std::string Received(const Words& words) {
    plan::StreamStatus stream;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::size_t equals = words[i].find('=');
      plan::LegStatus leg;
      leg.node = FindNode(stage_.ledger(), words[i].substr(0, equals))->id;
      leg.received = std::stoul(words[i].substr(equals + 1));
      stream.legs.push_back(leg);
    }
    plan::Status status;
    status.streams.push_back(stream);
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(words[0]), status});
  }
  /// A node says that all its replicas are `in-sync` or `empty`.
  std::string Replicas(const std::string& name, const std::string& state) {
    const plan::NodeId node = FindNode(stage_.ledger(), name)->id;
    plan::Status status;
    for (const plan::Task& task : stage_.ledger().plan.tasks) {
      for (const plan::Replica& replica : task.replicas) {
        if (replica.node != node) continue;
        plan::ReplicaStatus said;
        said.task = task.description.id;
        said.incarnation = replica.incarnation;
        said.state = state == "in-sync" ? plan::ReplicaState::kInSync : plan::ReplicaState::kEmpty;
        status.replicas.push_back(said);
      }
    }
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(name), status});
  }
  std::string Beats(const Words& names, bool heard) {
    for (const std::string& name : names) {
      if (heard) stage_.silent.erase(name);
      if (!heard) stage_.silent.insert(name);
    }
    return "";
  }

  Stage stage_;
  RequestId request_ = 0;
};

Words Split(const std::string& line) {
  std::istringstream in(line);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GoesAsWritten) {
  const std::string path = std::string(SCENARIOS) + "/" + GetParam() + ".txt";
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  Player player;
  std::string expected, actual;
  bool in_answer = false;
  for (std::string line; std::getline(in, line);) {
    expected += line + "\n";
    if (line.empty()) in_answer = false;
    if (in_answer) continue;
    actual += line + "\n";
    if (line == "----") in_answer = true;
    if (line.empty() || line[0] == '#' || line == "----") continue;
    const std::string answer = player.Play(Split(line));
    // The file has `----` and the answer after each command.
    std::string rule;
    std::getline(in, rule);
    ASSERT_EQ(rule, "----") << "after: " << line;
    expected += rule + "\n";
    actual += rule + "\n" + answer;
    in_answer = true;
  }
  if (std::getenv("CONTINUO_REWRITE") != nullptr) {
    std::ofstream(path) << actual;
  } else {
    EXPECT_EQ(expected, actual);
  }
  EXPECT_TRUE(player.stage().Replayed() == player.stage().ledger())
      << "replay gives another ledger";
}

INSTANTIATE_TEST_SUITE_P(All, Scenario,
                         testing::Values("a_show_from_apply_to_stop", "what_agents_are_refused",
                                         "a_node_dies", "a_stopped_node_wakes",
                                         "the_coordinator_returns", "events_and_verdicts",
                                         "preparation_fails", "a_loss_outlives_the_coordinator"),
                         [](const auto& scenario) { return scenario.param; });

}  // namespace
}  // namespace continuo::coordinator
