// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/stage.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "coordinator/core/compile.h"
#include "support/stated_costs.h"

namespace continuo::coordinator {

Show SmallShow() {
  Show show;
  show.name = "small";
  show.quantum = 48;
  show.assets = {{"kick", AssetKind::kAudio, "kick.wav"}, {"song", AssetKind::kNotes, "song.mid"}};
  const auto task = [](const char* name, const char* kind, std::vector<ShowWire> inputs) {
    ShowTask made;
    made.name = name;
    made.kind = kind;
    made.inputs = std::move(inputs);
    return made;
  };
  ShowTask drums = task("drums", "sampler", {});
  drums.params = {{"gain", -3}};
  drums.samples = {{36, "kick"}};
  drums.notes.emplace();
  drums.notes->file = "song";
  drums.notes->channels = {10};
  show.tasks = {drums, task("voice", "synth", {}), task("room", "reverb", {{"voice", 0}}),
                task("desk", "mixer", {{"room", 0}, {"drums", 1}})};
  show.outputs = {{"foh", "desk", {{"a", ""}, {"b", ""}}}};
  return show;
}

Started BeginningOfTerm(std::uint64_t clock_id, MediaTime n) {
  return {clock_id, n, "test", "c:1", TestCosts()};
}

std::vector<dsp::TaskDescription> Compiled(const Show& show,
                                           const std::vector<ImportedAsset>& assets) {
  std::vector<dsp::TaskDescription> tasks;
  CompileTasks(show, assets, [&tasks](const dsp::TaskDescription& task) { tasks.push_back(task); });
  return tasks;
}

std::vector<ImportedAsset> SmallAssets() {
  return {{"kick", AssetKind::kAudio, std::string(64, 'a'), 1, 100, 0, 432},
          {"song", AssetKind::kNotes, std::string(64, 'b'), 0, 0, 10, 192}};
}

plan::Hello HelloOf(const std::string& name, const std::set<std::string>& abilities) {
  plan::Hello hello;
  hello.name = name;
  hello.clock_id = Stage::kClock;
  hello.can_compute = abilities.contains("compute");
  hello.can_output = abilities.contains("output");
  std::uint32_t host = 0;
  for (const char c : name) host = host * 31 % 251 + static_cast<std::uint8_t>(c);
  for (const std::string& ability : abilities) {
    const std::size_t equals = ability.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = ability.substr(0, equals);
    const std::string value = ability.substr(equals + 1);
    if (key == "domain") hello.domain = value;
    if (key == "clock") hello.clock_id = std::stoul(value);
    if (key == "link") hello.link_version = static_cast<std::uint32_t>(std::stoul(value));
    if (key == "host") host = static_cast<std::uint32_t>(std::stoul(value));
    if (key == "memory") hello.memory_bytes = std::stoll(value) * 1'000'000;
    if (key == "synth") {
      hello.costs = {{"synth", static_cast<std::uint32_t>(std::stoul(value)), true}};
    }
    if (key == "heard") hello.heard_term = std::stoul(value);
    if (key == "held") {
      hello.held_term = std::stoul(value);
      hello.held_version =
          static_cast<std::uint32_t>(std::stoul(value.substr(value.find('.') + 1)));
    }
  }
  hello.networks.push_back({0x7f000100 + host % 256, 5004});
  hello.networks.push_back({0x7f000200 + host % 256, 5004});
  return hello;
}

void Stage::StepAll(Input input, std::string& text) {
  if (IsDurable(input)) {
    durable_.push_back(input);
    now_ += std::exchange(next_write_, 0);
  }
  for (Effect& effect : Step(state_, input)) {
    auto* const raise = std::get_if<Raise>(&effect);
    const bool may_be_late = raise != nullptr && raise->if_later_than != 0;
    if (may_be_late && now_ <= raise->if_later_than) continue;
    if (may_be_late) raise->input.time = now_;
    if (const auto* send = std::get_if<SendToAgent>(&effect)) {
      const auto* const sent = std::get_if<plan::PlanSent>(&send->message);
      if (sent != nullptr && sent->plan.start_n != 0) sent_[send->connection] = sent->plan.version;
    }
    const std::string line = ToText(effect, state_.ledger);
    if (!line.empty()) text += line + "\n";
    if (raise != nullptr) StepAll(std::move(raise->input), text);
  }
}

std::uint32_t Stage::PlayedBy(const std::string& name) const {
  const auto sent = sent_.find(connections_.at(name));
  return sent == sent_.end() || deaf.contains(name) ? 0 : sent->second;
}

void Stage::SayWhatPlays(std::string& text) {
  for (const auto& [name, connection] : connections_) {
    const std::uint32_t version = PlayedBy(name);
    const NodeRecord* const node = NodeOfConnection(state_.ledger, connection);
    if (version == 0 || node == nullptr) continue;
    const auto said = state_.watch.reports.find(node->id);
    plan::Status status = said == state_.watch.reports.end() ? plan::Status() : said->second.status;
    if (status.plan_version == version) continue;
    status.plan_version = version;
    status.streams.clear();  // they would count as silent
    StepAll({now_, AgentSpoke{connection, std::move(status)}}, text);
  }
}

std::string Stage::Take(decltype(Input::what) what) {
  std::string text;
  StepAll({now_, std::move(what)}, text);
  SayWhatPlays(text);
  return text;
}

// What is said again and again within one stretch is written once, with a count.
static std::string Counted(const std::string& text) {
  std::vector<std::pair<std::string, int>> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto same = std::find_if(lines.begin(), lines.end(),
                                   [&line](const auto& entry) { return entry.first == line; });
    if (same != lines.end()) {
      ++same->second;
    } else {
      lines.emplace_back(line, 1);
    }
  }
  std::string counted;
  for (const auto& [line, times] : lines) {
    counted += line + (times == 1 ? "" : " (" + std::to_string(times) + " times)") + "\n";
  }
  return counted;
}

std::string Stage::Pass(Nanoseconds duration) {
  constexpr Nanoseconds kTick = 10'000'000;
  std::string text;
  for (const Nanoseconds end = now_ + duration; now_ < end;) {
    now_ += kTick;
    if (now_ % kBeatPeriod == 0) {
      for (const auto& [name, connection] : connections_) {
        if (silent.contains(name)) continue;
        text += Take(BeatHeard{name, plan::Network::kRed});
        text += Take(BeatHeard{name, plan::Network::kBlue});
      }
    }
    text += Take(TimerTicked{});
  }
  return Counted(text);
}

std::string Stage::Stall(Nanoseconds duration) {
  now_ += duration;
  return Take(TimerTicked{});
}

std::string Stage::Attach(const std::string& name, const std::set<std::string>& abilities) {
  const plan::Hello hello = HelloOf(name, abilities);
  connections_[name] = ++last_connection_;
  if (hello.held_version != 0) sent_[last_connection_] = hello.held_version;
  return Take(AgentSpoke{last_connection_, hello});
}

std::string Stage::Leave(const std::string& name) {
  return Take(AgentLeft{connections_.at(name)});
}

State Stage::ReplayedState() const {
  State state;
  for (const Input& input : durable_) Replay(state, input);
  return state;
}

void PlaySmallShow(Stage& stage) {
  stage.Take(BeginningOfTerm());
  for (const char* name : {"pi-1", "pi-2", "pi-3"}) stage.Attach(name, {"compute"});
  for (const char* name : {"rack-a", "rack-b"}) stage.Attach(name, {"output"});
  stage.Take(ShowApplied{1, SmallShow(), "show: small", SmallAssets()});
  for (const plan::Node& node : stage.ledger().plan.nodes) {
    stage.Take(AgentSpoke{stage.ConnectionOf(node.name), plan::PlanPrepared{1, 1, ""}});
  }
  stage.Pass(3'000'000'000);
}

}  // namespace continuo::coordinator
