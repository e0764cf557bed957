// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/cluster.h"

#include <algorithm>
#include <stdexcept>

#include "agent/rt/program.h"
#include "proto/plan/lead.h"

namespace continuo::test {
namespace {

transport::Address AddressOf(const plan::Plan& plan, plan::NodeId node, int network) {
  const plan::Endpoint& at =
      plan::FindNode(plan, node)->networks[static_cast<std::size_t>(network)];
  return {at.address, at.port};
}

}  // namespace

Cluster::Cluster(const Options& options)
    : options_(options),
      show_(options),
      plan_(show_.plan()),
      courier_([this](plan::NodeId id) { return Answering(id); },
               [this](const plan::Plan& plan) { return show_.MaterialsOf(plan); }) {
  plans_.push_back(plan_);
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    networks_[i] = std::make_unique<SimNetwork>(options.seed * 2 + static_cast<std::uint64_t>(i));
  }
  for (plan::NodeId id = 1; id <= TestShow::kNodes; ++id) MakeNode(id);
  now_ = TestShow::kStart - plan::LongestPromise(plan_) - options.quantum;
}

Cluster::~Cluster() = default;

void Cluster::Restart(plan::NodeId node) {
  nodes_.erase(node);
  MakeNode(node);
}

void Cluster::MakeNode(plan::NodeId id) {
  NodeState& node = nodes_[id];
  node.lives = agent::core::Lives::Of(lives_[id]);
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    node.ports.push_back(networks_[i]->Open(AddressOf(plan_, id, i)));
  }
  node.engine = MakeEngine(node, id, plan_);
}

std::unique_ptr<agent::rt::Engine> Cluster::MakeEngine(NodeState& node, plan::NodeId id,
                                                       const plan::Plan& plan) {
  const auto program = std::make_shared<agent::rt::Program>();
  std::string error = agent::rt::DeriveProgram(plan, id, *program);
  const auto lived = node.lives.Begin(plan, id);
  lives_[id] = node.lives.Text();
  for (agent::rt::ReplicaSpec& replica : program->replicas) {
    const auto task = static_cast<std::size_t>(replica.task);
    const agent::core::ReplicaKey key{plan.tasks[task].description.id, replica.self};
    replica.lived_before = std::ranges::count(lived, key) > 0;
  }
  agent::rt::Engine::Wiring wiring;
  for (int i = 0; i < plan::kMaxNetworks; ++i) wiring.ports[i] = node.ports[i].get();
  wiring.clock = &clock_;
  wiring.line = &node.line;
  wiring.crew = options_.crew;
  wiring.early = options_.early;
  if (!program->outputs.empty()) {
    if (node.ring == nullptr) {
      node.ring = std::make_shared<agent::handoff::SampleRing>(options_.channels, kSampleRate);
      node.device = std::make_shared<agent::handoff::DeviceRing>(options_.channels, kSampleRate);
    }
    wiring.outputs.push_back(node.ring);
    wiring.devices.push_back(node.device);
  }
  std::unique_ptr<agent::rt::Engine> engine;
  if (error.empty()) {
    engine =
        agent::rt::Engine::Make(program, show_.MaterialsOf(plan), wiring,
                                node.engine == nullptr ? nullptr : node.engine->program(), error);
  }
  if (!error.empty()) throw std::runtime_error(error);
  return engine;
}

void Cluster::Replan(plan::Plan plan, const std::map<plan::NodeId, Frames>& late) {
  plan.version = plan_.version + 1;
  plan_ = plan;
  plans_.push_back(plan);
  for (auto& [id, node] : nodes_) {
    const auto at = late.find(id);
    node.coming.emplace(now_ + (at == late.end() ? 0 : at->second), plan);
  }
}

StateCourier::Node Cluster::Answering(plan::NodeId id) {
  NodeState& node = nodes_.at(id);
  const bool answers = !node.dead && now_ >= node.asleep_until;
  return {answers ? node.engine.get() : nullptr, &node.line};
}

Incarnation Cluster::Join(plan::Plan& plan, plan::TaskId task, plan::NodeId node, plan::Role role) {
  const auto is = [task](const plan::Task& t) { return t.description.id == task; };
  const auto at = std::find_if(plan.tasks.begin(), plan.tasks.end(), is);
  at->replicas.push_back({node, ++youngest_, plan::Origin::kJoiner, role});
  return youngest_;
}

void Cluster::TakePlans(NodeState& node, plan::NodeId id, MediaTime now) {
  while (!node.coming.empty() && node.coming.begin()->first <= now) {
    const plan::Plan plan = std::move(node.coming.begin()->second);
    node.coming.erase(node.coming.begin());
    if (plan.version <= node.engine->plan().version) continue;  // overtaken by a newer one
    auto next = MakeEngine(node, id, plan);
    next->Succeed(*node.engine, now);
    node.engine = std::move(next);
    ++retired_;
  }
}

void Cluster::RunTo(Frames n) {
  const int quantum = options_.quantum;
  for (; now_ < TestShow::kStart + n; now_ += quantum) {
    for (auto& [id, node] : nodes_) {
      const MediaTime now = now_ + id * quantum / (TestShow::kNodes + 1);
      for (auto& network : networks_) network->SetTime(now);
      if (!node.dead && now >= node.asleep_until) Turn(node, id, now);
    }
  }
}

void Cluster::RunToEnd() {
  RunTo(options_.length + 2 * options_.timing.playout + kSampleRate / 10);
}

void Cluster::Turn(NodeState& node, plan::NodeId id, MediaTime true_now) {
  const MediaTime now = true_now + (id % 3 - 1) * options_.skew;
  TakePlans(node, id, now);
  if (now < node.engine->begins()) return;
  Submit(node, id, now);
  node.engine->Tick(now);
  courier_.Serve(id, now);
  Collect(node);
}

void Cluster::Submit(NodeState& node, plan::NodeId id, MediaTime now) {
  const bool due = (now - TestShow::kStart) / FramesOfMs(50) !=
                   (now - TestShow::kStart - options_.quantum) / FramesOfMs(50);
  for (const auto& [number, issued] : issued_) {
    const bool here = issued.only == 0 || issued.only == id;
    if (due && here && issued.verdict == Verdict::kNone) {
      node.engine->Submit(issued.task, issued.event, now);
    }
  }
}

void Cluster::Collect(NodeState& node) {
  agent::handoff::VerdictNote verdict;
  while (node.line.verdicts.TryReceive(verdict)) {
    Verdict& known = issued_.at(verdict.id).verdict;
    if (known != Verdict::kNone && known != verdict.verdict) {
      throw std::runtime_error("two verdicts on one event");
    }
    known = verdict.verdict;
  }
  agent::handoff::IncidentNote note;
  while (node.line.incidents.TryReceive(note)) incidents_.push_back(note);
  if (node.ring == nullptr) return;
  std::array<float, 4096> samples;
  while (const std::size_t count = node.ring->Read(samples)) {
    node.played.insert(node.played.end(), samples.begin(), samples.begin() + count);
  }
}

void Cluster::StallAll(Frames length) {
  for (auto& [id, node] : nodes_) Stall(id, length);
}

void Cluster::Unplug(plan::NodeId node) {
  for (int i = 0; i < plan::kMaxNetworks; ++i) networks_[i]->Unplug(AddressOf(plan_, node, i));
}

void Cluster::Starve(plan::NodeId node, bool starved) {
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    networks_[i]->Starve(AddressOf(plan_, node, i), starved);
  }
}

void Cluster::Impair(const Impairment& impairment) {
  for (auto& network : networks_) network->SetImpairment(impairment);
}

void Cluster::Issue(plan::TaskId task, const Event& event) {
  issued_[event.id] = {task, event, Verdict::kNone, 0};
}

void Cluster::IssueTo(plan::NodeId node, plan::TaskId task, const Event& event) {
  issued_[event.id] = {task, event, Verdict::kNone, node};
}

Verdict Cluster::VerdictOf(EventId id) const {
  return issued_.at(id).verdict;
}

std::vector<float> Cluster::Rendered() const {
  std::vector<dsp::TaskEvent> committed;
  for (const auto& [id, issued] : issued_) {
    if (issued.verdict == Verdict::kCommitted) committed.push_back({issued.task, issued.event});
  }
  return show_.Render(plans_, committed);
}

Frames Cluster::Altered(plan::NodeId node) const {
  return show_.Altered(Played(node), Rendered());
}

agent::handoff::ReplicaCounters Cluster::ReplicaOn(plan::NodeId node, plan::TaskId task) {
  for (const agent::handoff::ReplicaCounters& replica : Counters(node).replicas) {
    if (replica.task == task) return replica;
  }
  return {};
}

int Cluster::Told(plan::IncidentKind kind) const {
  return static_cast<int>(std::count_if(incidents_.begin(), incidents_.end(),
                                        [kind](const auto& note) { return note.kind == kind; }));
}

Cluster::Totals Cluster::Sum() {
  Totals sum;
  for (auto& [id, node] : nodes_) {
    if (node.dead) continue;
    const agent::handoff::Counters& counters = node.line.counters.Read();
    sum.nacks_sent += counters.totals.nacks_sent;
    for (const auto& output : counters.outputs) {
      sum.concealed += output.concealed;
      sum.margin_min = std::min(sum.margin_min, output.margin_min);
    }
    for (const auto& replica : counters.replicas) {
      sum.tainted_replicas += replica.state == plan::ReplicaState::kTainted ? 1 : 0;
    }
    for (const auto& stream : counters.streams) {
      sum.divergences += stream.divergences;
      for (const auto& leg : stream.legs) {
        sum.repaired += leg.leg.counters.repaired;
        sum.late += leg.leg.counters.late;
      }
    }
  }
  return sum;
}

}  // namespace continuo::test
