// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "coordinator/core/scenario_text.h"
#include "coordinator/core/stage.h"

// The commands of a scenario (scenario_test.cc):
//
//   start [clock=N] [n=N]      the process started; n: by CLOCK_TAI
//   attach NAME ABILITIES...   as HelloOf (stage.h) names them; held=now: the newest plan
//   fleet                      attaches pi-1, pi-2, pi-3 (compute), rack-a and rack-b (output)
//   leave NAME                 its stream ended
//   apply [redundancy=N] [length_ms=N] [play=0] [pads=N] [pads_tier=N] [pads_replicas=N]   the small show of
//         stage.cc, with N dear synths more;
//         [gain=DB] [room=KIND] [choir=TIER] [keep=NODE,NODE,...: where the drums are]   also while it plays
//   writes MS                  the journal takes that long for what comes next
//   prepared [NAME [error...]] it answers the plan of now; without a name: all do
//         [tempo=BPM[,BAR:BPM...]] [quantum=N] [by=WHO] [scene=NAME: sets a gain of the desk]
//   diff ...                   what that apply would change
//   lock [by=WHO] [reason=WORD] | unlock | history | rollback [N]
//   stop [by=WHO]
//   set TASK PARAM VALUE [BAR BEAT]
//   session play|stop|tempo|locate|panic|release|scene [VALUE] [BAR BEAT]   tempo in bpm; locate to BAR BEAT
//   verdict NAME TERM.NUMBER committed|expired
//   received NAME SENDER=PACKETS...     its status
//   replicas NAME STATE [task=T] [played=N] [ERROR...]   its status: states of its replicas; of joiners since when
//         they are played
//   tells NAME INCIDENT TASK [in=MS] [as=INCARNATION] [kept=NAME differing=NAME] [TEXT...]
//   move TASK [to=NAME] [from=NAME] [at=BAR.BEAT] | drain NAME | undrain NAME | rebalance [dry] | want TASK N
//   cancel NUMBER
//   plan | operations | music  what nodes are told, what is under way, how the performance begins
//   silent NAME... | heard NAME...      beats stop, come again
//   deaf NAME... | hearing NAME...      they do not play what they are sent, play it after all
//   pass MS
//   stall MS                   the coordinator itself stands still
//   view                       what status shows

namespace continuo::coordinator {

using Words = std::vector<std::string>;

inline std::string Value(const Words& words, const std::string& key, const std::string& otherwise) {
  for (const std::string& word : words) {
    if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
  }
  return otherwise;
}

class Player {
 public:
  std::string Play(const Words& words) { return WithoutPads(Do(words)); }
  const Stage& stage() const { return stage_; }

 private:
  std::string Do(const Words& words) {
    const std::string& verb = words[0];
    const Words rest(words.begin() + 1, words.end());
    if (verb == "start") {
      return stage_.Take(BeginningOfTerm(std::stoul(Value(words, "clock", "77")),
                                         std::stoll(Value(words, "n", "1000000"))));
    }
    if (verb == "attach") return Attach(rest);
    if (verb == "fleet") return Fleet();
    if (verb == "leave") return stage_.Leave(rest[0]);
    if (verb == "apply") return Apply(rest);
    if (verb == "prepared") return Prepared(rest);
    if (verb == "stop") return stage_.Take(ShowStopRequested{++request_, Value(rest, "by", "")});
    if (verb == "lock" || verb == "unlock") {
      return stage_.Take(LockRequested{++request_, verb == "lock", Value(rest, "by", "ana@desk"),
                                       Value(rest, "reason", "")});
    }
    if (verb == "rollback") {
      const auto number = rest.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(rest[0]));
      return stage_.Take(RollbackRequested{++request_, number, "ana@desk"});
    }
    if (verb == "diff") return DiffText(DiffShow(stage_.ledger(), Applied(rest), stage_.now()));
    if (verb == "history") return HistoryText(stage_.ledger());
    if (verb == "set") return Set(rest);
    if (verb == "session") return Session(rest);
    if (verb == "verdict") return Verdict(rest);
    if (verb == "received") return Received(rest);
    if (verb == "replicas") return Replicas(rest);
    if (verb == "tells") return Tells(rest);
    if (verb == "move") return Move(rest);
    if (verb == "drain") return stage_.Take(DrainRequested{++request_, rest[0], true});
    if (verb == "undrain") return stage_.Take(DrainRequested{++request_, rest[0], false});
    if (verb == "rebalance") {
      return stage_.Take(RebalanceRequested{++request_, !rest.empty() && rest[0] == "dry"});
    }
    if (verb == "want") {
      return stage_.Take(ReplicasRequested{++request_, rest[0], std::stoi(rest[1])});
    }
    if (verb == "cancel") return stage_.Take(OperationCancelled{++request_, std::stoul(rest[0])});
    if (verb == "plan") return PlanText(stage_.ledger().plan);
    if (verb == "music") return MusicText(stage_.ledger().plan);
    if (verb == "operations") return OperationsText(stage_.Look());
    if (verb == "silent") return Beats(rest, false);
    if (verb == "heard") return Beats(rest, true);
    if (verb == "pass") return stage_.Pass(std::stoll(rest[0]) * 1'000'000);
    if (verb == "deaf") return Deaf(rest, true);
    if (verb == "hearing") return Deaf(rest, false);
    if (verb == "stall") return stage_.Stall(std::stoll(rest[0]) * 1'000'000);
    if (verb == "writes") return Writes(std::stoll(rest[0]));
    if (verb == "view") return ViewText(stage_.Look());
    ADD_FAILURE() << "unknown command " << verb;
    return "";
  }
  /// What is said of all the pads alike is left out.
  static std::string WithoutPads(const std::string& text) {
    std::istringstream in(text);
    std::string kept;
    for (std::string line; std::getline(in, line);) {
      if (line.find("tasks.pad-") == std::string::npos) kept += line + "\n";
    }
    return kept;
  }
  std::string Apply(const Words& words) {
    ShowApplied applied = Applied(words);
    applied.request = ++request_;
    return stage_.Take(applied);
  }
  static ShowApplied Applied(const Words& words) {
    ShowApplied applied{0, SmallShow(), "show: small", SmallAssets()};
    applied.by = Value(words, "by", "");
    applied.show.redundancy = std::stoi(Value(words, "redundancy", "2"));
    for (int i = 1; i <= std::stoi(Value(words, "pads", "0")); ++i) {
      applied.show.tasks.push_back(applied.show.tasks[1]);
      applied.show.tasks.back().name = "pad-" + std::to_string(i);
      applied.show.tasks.back().tier = std::stoi(Value(words, "pads_tier", "1"));
      applied.show.tasks.back().redundancy = std::stoi(Value(words, "pads_replicas", "0"));
    }
    applied.show.tasks[0].params[0].value = std::stof(Value(words, "gain", "-3"));
    applied.show.tasks[2].kind = Value(words, "room", "reverb");
    std::istringstream keep(Value(words, "keep", ""));
    for (std::string node; std::getline(keep, node, ',');) {
      applied.show.tasks[0].on.push_back(node);
    }
    const std::string choir = Value(words, "choir", "");
    if (!choir.empty()) {
      ShowTask& task = applied.show.tasks.emplace_back(applied.show.tasks[1]);
      task.name = "choir";
      task.tier = std::stoi(choir);
      applied.show.tasks[3].inputs.push_back({"choir", 2});
    }
    applied.show.length = FramesOfMs(std::stoll(Value(words, "length_ms", "0")));
    applied.show.play = Value(words, "play", "1") == "1";
    if (const std::string scene = Value(words, "scene", ""); !scene.empty()) {
      applied.show.scenes = {{scene, {{"desk", {{"gain.1", -30}}}}}};
    }
    applied.show.quantum = std::stoi(Value(words, "quantum", std::to_string(applied.show.quantum)));
    SetTempo(Value(words, "tempo", "120"), applied.show);
    return applied;
  }
  static void SetTempo(const std::string& text, Show& show) {
    std::istringstream tempi(text);
    for (std::string one; std::getline(tempi, one, ',');) {
      const std::size_t colon = one.find(':');
      if (colon == one.npos) {
        show.tempo_mbpm = 1000 * std::stoll(one);
      } else {
        show.tempo_changes.push_back(
            {{std::stoll(one), 1, 0}, 1000 * std::stoll(one.substr(colon + 1))});
      }
    }
  }
  std::string Attach(Words words) {
    const plan::Plan& plan = stage_.ledger().plan;
    for (std::string& word : words) {
      if (word != "held=now") continue;
      word = "held=" + std::to_string(plan.term) + "." + std::to_string(plan.version);
    }
    return stage_.Attach(words[0], {words.begin() + 1, words.end()});
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
    if (words[0] == "panic" || words[0] == "release") {
      event.command = Command::kMute;
      event.value = words[0] == "panic" ? 1 : 0;
    }
    if (words[0] == "scene") {
      event.command = Command::kScene;
      event.scene = words[1];
      event.at = Position(words, 2);
    }
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
    status.plan_version = stage_.PlayedBy(words[0]);
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(words[0]), status});
  }
  /// The replicas of the plan that this node has; of one task if that is named.
  std::vector<plan::ReplicaStatus> ReplicasOf(const std::string& node, const std::string& task) {
    const plan::NodeId id = FindNode(stage_.ledger(), node)->id;
    std::vector<plan::ReplicaStatus> found;
    for (const plan::Task& one : stage_.ledger().plan.tasks) {
      if (!task.empty() && one.description.name.view() != task) continue;
      for (const plan::Replica& replica : one.replicas) {
        if (replica.node != id) continue;
        plan::ReplicaStatus& said = found.emplace_back();
        said.task = one.description.id;
        said.incarnation = replica.incarnation;
      }
    }
    return found;
  }
  static plan::ReplicaState StateOf(const std::string& name) {
    for (int i = 0; i <= static_cast<int>(plan::ReplicaState::kRetired); ++i) {
      const auto state = static_cast<plan::ReplicaState>(i);
      if (plan::ToString(state) == name) return state;
    }
    ADD_FAILURE() << "unknown state " << name;
    return {};
  }
  /// NODE STATE [task=T] [played=N] [took=MICROSECONDS for each packet] [error words...]
  std::string Replicas(const Words& words) {
    plan::Status status;
    status.now = stage_.Look().now;
    status.plan_version = stage_.PlayedBy(words[0]);
    status.replicas = ReplicasOf(words[0], Value(words, "task", ""));
    for (plan::ReplicaStatus& said : status.replicas) {
      said.state = StateOf(words[1]);
      said.process_ns_mean = std::stoul(Value(words, "took", "0")) * 1000;
      said.join.in_sync_at = std::stoll(Value(words, "played", "0"));
      for (std::size_t i = 2; i < words.size(); ++i) {
        if (words[i].find('=') != std::string::npos) continue;
        said.join.error += (said.join.error.empty() ? "" : " ") + words[i];
      }
    }
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(words[0]), status});
  }
  /// NODE KIND TASK [as=INCARNATION] [kept=NODE differing=NODE] [text words...]: it tells at once. Of the youngest
  /// replica that it has of the task, if nothing else is said.
  std::string Tells(const Words& words) {
    plan::Incident incident;
    for (int i = 0; i <= static_cast<int>(plan::IncidentKind::kResumed); ++i) {
      const auto kind = static_cast<plan::IncidentKind>(i);
      if (plan::ToString(kind) == words[1]) incident.kind = kind;
    }
    for (const plan::Task& task : stage_.ledger().plan.tasks) {
      if (task.description.name.view() == words[2]) incident.task = task.description.id;
    }
    for (const plan::ReplicaStatus& replica : ReplicasOf(words[0], words[2])) {
      incident.incarnation = std::max(incident.incarnation, replica.incarnation);
    }
    const std::string as = Value(words, "as", "");
    if (!as.empty()) incident.incarnation = static_cast<Incarnation>(std::stoul(as));
    incident.n = stage_.Look().now + FramesOfMs(std::stoll(Value(words, "in", "0")));
    const auto node = [this](const std::string& name) {
      return name.empty() ? plan::NodeId{0} : FindNode(stage_.ledger(), name)->id;
    };
    incident.kept = node(Value(words, "kept", ""));
    incident.differing = node(Value(words, "differing", ""));
    for (std::size_t i = 3; i < words.size(); ++i) {
      if (words[i].find('=') != std::string::npos) continue;
      incident.text += (incident.text.empty() ? "" : " ") + words[i];
    }
    return stage_.Take(AgentSpoke{stage_.ConnectionOf(words[0]), incident});
  }
  std::string Move(const Words& words) {
    MoveRequested move{++request_, words[0], Value(words, "to", ""), Value(words, "from", ""), {}};
    const std::string at = Value(words, "at", "");
    if (!at.empty()) {
      move.at = session::BarBeat{std::stoll(at), std::stoi(at.substr(at.find('.') + 1)), 0};
    }
    return stage_.Take(move);
  }

  std::string Writes(Nanoseconds ms) {
    stage_.NextWriteTakes(ms * 1'000'000);
    return "";
  }

  std::string Deaf(const Words& names, bool deaf) {
    for (const std::string& name : names) {
      if (deaf) stage_.deaf.insert(name);
      if (!deaf) stage_.deaf.erase(name);
    }
    return "";
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

}  // namespace continuo::coordinator
