// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/test_show.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "proto/plan/performance.h"

namespace continuo::test {

TestShow::TestShow(const Options& options) : options_(options) {
  MakeNotes();
  plan_.term = 1;
  plan_.version = plan_.run = 1;
  plan_.quantum = options_.quantum;
  plan_.timing = options_.timing;
  plan_.start_n = kStart;
  plan_.length = options_.length;
  plan_.session = {.version = 1, .n0 = kStart, .tempo_mbpm = 140'000, .playing = true};
  for (plan::NodeId id = 1; id <= kNodes; ++id) {
    plan::Node node{id, "node-" + std::to_string(id), {}};
    for (std::uint32_t network = 1; network <= plan::kMaxNetworks; ++network) {
      node.networks.push_back({0x7f000000u + (network << 8) + id, 5004});
    }
    plan_.nodes.push_back(node);
  }
  AddTask(dsp::kConductorId, "conductor", "conductor", {});
  AddTask(kLead, "lead", "synth", {});
  AddTask(kBass, "bass", "synth", {});
  AddTask(kDrone, "drone", "synth", {});
  AddTask(kWarm, "warm", options_.warm, {kLead});
  AddTask(kMaster, "master", "mixer", {kWarm, kBass, kDrone});
  plan_.outputs.push_back({1, "foh-a", kMaster, kFohA});
  plan_.outputs.push_back({2, "foh-b", kMaster, kFohB});
  if (options_.shape) options_.shape(plan_);
}

void TestShow::MakeNotes() {
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

void TestShow::AddTask(plan::TaskId id, const char* name, const char* kind,
                       std::vector<plan::TaskId> from) {
  plan::Task task;
  task.wanted = options_.redundancy;
  task.description.id = id;
  task.description.name = name;
  task.description.kind = kind;
  task.description.channels = static_cast<std::uint8_t>(options_.channels);
  task.description.input_ports = static_cast<std::uint8_t>(from.size());
  for (const auto& [whose, setting] : options_.scenes) {
    if (whose == id) task.description.scenes.push_back(setting);
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    task.description.wires.push_back({.from = from[i], .port = static_cast<std::uint8_t>(i)});
  }
  dsp::TaskMaterial material;
  if (from.empty() && id != dsp::kConductorId) {
    task.description.notes.file = "song";
    task.description.notes.loop = true;
    task.description.notes.channel_mask = static_cast<std::uint16_t>(1u << (id - kLead));
    material.notes = &file_;
  }
  for (int r = 0; r < options_.redundancy + (options_.witness ? 1 : 0); ++r) {
    const auto node = static_cast<plan::NodeId>(1 + (static_cast<int>(id) + r) % kComputeNodes);
    const auto role = r < options_.redundancy ? plan::Role::kCompute : plan::Role::kWitness;
    task.replicas.push_back({node, static_cast<Incarnation>(r + 1), plan::Origin::kFounder, role});
  }
  plan_.tasks.push_back(task);
  materials_.push_back({material, nullptr});
}

std::vector<agent::rt::Material> TestShow::MaterialsOf(const plan::Plan& plan) const {
  std::vector<agent::rt::Material> materials;
  for (const plan::Task& task : plan.tasks) {
    agent::rt::Material& material = materials.emplace_back();
    if (!task.description.notes.file.empty()) material.plays.notes = &file_;
  }
  return materials;
}

std::vector<float> TestShow::Render(std::span<const plan::Plan> plans,
                                    const std::vector<dsp::TaskEvent>& events) const {
  dsp::OracleInput input;
  input.quantum = plan_.quantum;
  input.start_n = plan_.start_n;
  input.length = plan_.length;
  input.plan_version = plan_.run;
  input.session = plan_.session;
  input.tempo_marks = plan_.tempo_marks;
  plan::Performance performance = plan::Gather(plans);
  for (const plan::Task& task : performance.tasks) {
    input.tasks.push_back(task.description);
    input.spans.push_back(task.span);
    input.material.emplace_back().notes = task.description.notes.file.empty() ? nullptr : &file_;
  }
  input.events = events;
  input.output = performance.output_wires.front();
  std::string error;
  const auto oracle = dsp::Oracle::Make(input, error);
  if (oracle == nullptr) throw std::runtime_error(error);
  std::vector<float> all;
  std::vector<float> quantum(static_cast<std::size_t>(plan_.quantum * options_.channels));
  while (oracle->Next(quantum)) all.insert(all.end(), quantum.begin(), quantum.end());
  all.resize(static_cast<std::size_t>(plan_.length * options_.channels));
  return all;
}

Frames TestShow::Altered(const std::vector<float>& played, const std::vector<float>& truth) const {
  const auto channels = static_cast<std::size_t>(options_.channels);
  Frames altered = 0;
  for (std::size_t i = 0; i < std::max(truth.size(), played.size()); i += channels) {
    const bool both = i + channels <= truth.size() && i + channels <= played.size();
    if (!both || std::memcmp(&truth[i], &played[i], channels * sizeof(float)) != 0) ++altered;
  }
  return altered;
}

float Peak(const std::vector<float>& samples) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::fabs(sample));
  return peak;
}

}  // namespace continuo::test
