// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/cluster.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "agent/rt/program.h"

namespace continuo::test {
namespace {

constexpr int kNodes = 5;
constexpr int kComputeNodes = 3;

transport::Address AddressOf(plan::NodeId node, int network) {
  return {0x7f000100u + (static_cast<std::uint32_t>(network) << 8) + node, 5004};
}

}  // namespace

Cluster::Cluster(const Options& options) : options_(options) {
  MakeNotes();
  MakePlan();
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    networks_[i] = std::make_unique<SimNetwork>(options.seed * 2 + static_cast<std::uint64_t>(i));
  }
  for (plan::NodeId id = 1; id <= kNodes; ++id) MakeNode(id);
  now_ = kStart - options.timing.promise - options.quantum;
}

Cluster::~Cluster() = default;

void Cluster::MakeNotes() {
  for (int i = 0; i < 400; ++i) {
    const session::Ticks tick = i * session::kTicksPerBeat / 6;
    const auto channel = static_cast<std::uint8_t>(i % 3);
    const auto key = static_cast<std::uint8_t>(40 + i * 7 % 36);
    notes_.push_back({tick, 1, channel, key, static_cast<std::uint8_t>(60 + i % 60)});
    notes_.push_back({tick + session::kTicksPerBeat / 7, 0, channel, key, 0});
  }
  std::stable_sort(notes_.begin(), notes_.end(), [](const auto& a, const auto& b) {
    return a.tick != b.tick ? a.tick < b.tick : a.on < b.on;
  });
  file_ = {notes_, 68 * session::kTicksPerBeat};
}

void Cluster::AddTask(plan::TaskId id, const char* name, const char* kind,
                      std::vector<plan::TaskId> from, int replicas) {
  plan::Task task;
  task.description.id = id;
  task.description.name = name;
  task.description.kind = kind;
  task.description.channels = static_cast<std::uint8_t>(options_.channels);
  task.description.input_ports = static_cast<std::uint8_t>(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    task.description.wires.push_back({from[i], static_cast<std::uint8_t>(i)});
  }
  dsp::TaskMaterial material;
  if (from.empty() && id != dsp::kConductorId) {
    task.description.notes.file = "song";
    task.description.notes.loop = true;
    task.description.notes.channel_mask = static_cast<std::uint16_t>(1u << (id - kLead));
    material.notes = &file_;
  }
  for (int r = 0; r < replicas; ++r) {
    const auto node = static_cast<plan::NodeId>(1 + (static_cast<int>(id) + r) % kComputeNodes);
    task.replicas.push_back({node, static_cast<Incarnation>(r + 1)});
  }
  plan_.tasks.push_back(task);
  material_.push_back(material);
}

void Cluster::MakePlan() {
  plan_.term = 1;
  plan_.version = 1;
  plan_.quantum = options_.quantum;
  plan_.timing = options_.timing;
  plan_.start_n = kStart;
  plan_.length = options_.length;
  plan_.session = {.version = 1, .n0 = kStart, .tempo_mbpm = 140'000, .playing = true};
  for (plan::NodeId id = 1; id <= kNodes; ++id) {
    plan::Node node{id, "node-" + std::to_string(id), {}};
    for (int i = 0; i < plan::kMaxNetworks; ++i) {
      node.networks.push_back({AddressOf(id, i).ip, AddressOf(id, i).port});
    }
    plan_.nodes.push_back(node);
  }
  const int r = options_.redundancy;
  AddTask(dsp::kConductorId, "conductor", "conductor", {}, r);
  AddTask(kLead, "lead", "synth", {}, r);
  AddTask(kBass, "bass", "synth", {}, r);
  AddTask(kDrone, "drone", "synth", {}, r);
  AddTask(kWarm, "warm", "gain", {kLead}, r);
  AddTask(kMaster, "master", "mixer", {kWarm, kBass, kDrone}, r);
  plan_.outputs.push_back({1, "foh-a", kMaster, kFohA});
  plan_.outputs.push_back({2, "foh-b", kMaster, kFohB});
}

void Cluster::MakeNode(plan::NodeId id) {
  NodeState& node = nodes_[id];
  agent::rt::Program program;
  std::string error = agent::rt::DeriveProgram(plan_, id, program);
  agent::rt::Engine::Wiring wiring;
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    node.ports.push_back(networks_[i]->Open(AddressOf(id, i)));
    wiring.ports[i] = node.ports.back().get();
  }
  wiring.clock = &clock_;
  wiring.line = &node.line;
  if (!program.outputs.empty()) {
    node.ring = std::make_unique<agent::handoff::SampleRing>(options_.channels, kSampleRate);
    wiring.outputs.push_back(node.ring.get());
  }
  if (error.empty()) node.engine = agent::rt::Engine::Make(program, material_, wiring, error);
  if (!error.empty()) throw std::runtime_error(error);
}

void Cluster::RunTo(Frames n) {
  const int quantum = options_.quantum;
  for (; now_ < kStart + n; now_ += quantum) {
    for (auto& [id, node] : nodes_) {
      const MediaTime now = now_ + id * quantum / (kNodes + 1);
      for (auto& network : networks_) network->SetTime(now);
      if (!node.dead && now >= node.asleep_until) Turn(node, id, now);
    }
  }
}

void Cluster::RunToEnd() {
  RunTo(options_.length + 2 * options_.timing.playout + kSampleRate / 10);
}

void Cluster::Turn(NodeState& node, plan::NodeId id, MediaTime now) {
  if (now < node.engine->begins()) return;
  Submit(node, id, now);
  node.engine->Tick(now);
  Collect(node);
}

void Cluster::Submit(NodeState& node, plan::NodeId id, MediaTime now) {
  const bool due =
      (now - kStart) / FramesOfMs(50) != (now - kStart - options_.quantum) / FramesOfMs(50);
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
  for (int i = 0; i < plan::kMaxNetworks; ++i) networks_[i]->Unplug(AddressOf(node, i));
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
  dsp::OracleInput input;
  input.quantum = plan_.quantum;
  input.start_n = plan_.start_n;
  input.length = plan_.length;
  input.plan_version = plan_.version;
  input.session = plan_.session;
  for (const plan::Task& task : plan_.tasks) input.tasks.push_back(task.description);
  input.material = material_;
  for (const auto& [id, issued] : issued_) {
    if (issued.verdict == Verdict::kCommitted) input.events.push_back({issued.task, issued.event});
  }
  input.output = kMaster;
  std::string error;
  const auto oracle = dsp::Oracle::Make(input, error);
  if (oracle == nullptr) throw std::runtime_error(error);
  std::vector<float> all;
  std::vector<float> quantum(static_cast<std::size_t>(plan_.quantum * options_.channels));
  while (oracle->Next(quantum)) all.insert(all.end(), quantum.begin(), quantum.end());
  all.resize(static_cast<std::size_t>(plan_.length * options_.channels));
  return all;
}

Frames Cluster::Altered(plan::NodeId node) const {
  const std::vector<float> truth = Rendered();
  const std::vector<float>& played = Played(node);
  const std::size_t channels = static_cast<std::size_t>(options_.channels);
  Frames altered = 0;
  for (std::size_t i = 0; i < std::max(truth.size(), played.size()); i += channels) {
    const bool both = i + channels <= truth.size() && i + channels <= played.size();
    if (!both || std::memcmp(&truth[i], &played[i], channels * sizeof(float)) != 0) ++altered;
  }
  return altered;
}

float Cluster::Peak(const std::vector<float>& samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return peak;
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
