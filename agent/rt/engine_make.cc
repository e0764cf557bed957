// SPDX-License-Identifier: Apache-2.0
// How an engine comes to its parts: made off the audio thread, or taken over from its predecessor.
#include <algorithm>
#include <string>
#include <utility>

#include "agent/rt/engine.h"

namespace continuo::agent::rt {
namespace {

/// For each part of `after`, which of `before` it is; -1: none.
template <typename Spec, typename Same>
std::vector<int> Match(const std::vector<Spec>& after, const std::vector<Spec>* before,
                       const Same& same) {
  std::vector<int> from(after.size(), -1);
  for (std::size_t i = 0; before != nullptr && i < after.size(); ++i) {
    const auto at = std::find_if(before->begin(), before->end(),
                                 [&](const Spec& spec) { return same(after[i], spec); });
    if (at != before->end()) from[i] = static_cast<int>(at - before->begin());
  }
  return from;
}

const plan::Task& TaskOf(const Program& program, const ReplicaSpec& replica) {
  return program.plan.tasks[static_cast<std::size_t>(replica.task)];
}

template <typename Part>
void TakeOver(std::vector<std::unique_ptr<Part>>& parts, std::vector<std::unique_ptr<Part>>& before,
              const std::vector<int>& from) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (from[i] >= 0) parts[i] = std::move(before[static_cast<std::size_t>(from[i])]);
  }
}

std::string TooMany(const Program& program) {
  const auto over = [](std::size_t count, int most, const std::string& what) {
    if (count <= static_cast<std::size_t>(most)) return std::string();
    return "one node has at most " + std::to_string(most) + " " + what + ", this would have " +
           std::to_string(count) + "; spread tasks or outputs over more nodes";
  };
  const std::string streams = over(program.received.size(), handoff::kMaxReceivedStreams,
                                   "streams to receive (channel groups counted apart)");
  return streams.empty() ? over(program.outputs.size(), handoff::kMaxOutputs, "outputs") : streams;
}

}  // namespace

Engine::Engine(std::shared_ptr<const Program> program, const Wiring& wiring,
               std::shared_ptr<const Program> predecessor)
    : program_(std::move(program)),
      wiring_(wiring),
      predecessor_(std::move(predecessor)),
      waits_(predecessor_ != nullptr),
      outbox_(wiring.ports) {}

std::unique_ptr<Engine> Engine::Make(std::shared_ptr<const Program> program,
                                     const std::vector<Material>& materials, const Wiring& wiring,
                                     std::shared_ptr<const Program> predecessor,
                                     std::string& error) {
  error = TooMany(*program);
  if (!error.empty()) return nullptr;
  error = predecessor == nullptr ? "" : CheckSuccession(*predecessor, *program);
  if (!error.empty()) return nullptr;
  std::unique_ptr<Engine> engine(new Engine(std::move(program), wiring, std::move(predecessor)));
  error = engine->MakeParts(materials);
  if (!error.empty()) return nullptr;
  engine->MakeRoutes();
  if (!engine->waits_) engine->WireParts();
  return engine;
}

std::string Engine::MakeParts(const std::vector<Material>& materials) {
  const Program* const before = predecessor_.get();
  received_from_ = Match(program_->received, before == nullptr ? nullptr : &before->received,
                         [](const auto& a, const auto& b) { return SamePart(a, b); });
  runner_from_ =
      Match(program_->replicas, before == nullptr ? nullptr : &before->replicas,
            [&](const auto& a, const auto& b) { return SamePart(*program_, a, *before, b); });
  output_from_ = Match(program_->outputs, before == nullptr ? nullptr : &before->outputs,
                       [](const auto& a, const auto& b) { return SamePart(a, b); });
  std::string wrong = MakeReceived();
  if (wrong.empty()) wrong = MakeRunners(materials);
  return wrong.empty() ? MakeOutputs() : wrong;
}

std::string Engine::MakeReceived() {
  received_.resize(program_->received.size());
  for (std::size_t i = 0; i < received_.size(); ++i) {
    if (received_from_[i] >= 0) continue;
    received_[i] = ReceivedStream::Make(program_->received[i], *program_);
    if (received_[i] == nullptr) return "a stream of the plan makes no sense";
  }
  return {};
}

std::string Engine::MakeRunners(const std::vector<Material>& materials) {
  runners_.resize(program_->replicas.size());
  had_.resize(runners_.size());
  wave_.reserve(runners_.size());
  late_.resize(runners_.size());
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    const ReplicaSpec& spec = program_->replicas[i];
    std::string wrong;
    if (runner_from_[i] >= 0) {
      const Program& before = *predecessor_;
      const auto was = static_cast<std::size_t>(runner_from_[i]);
      late_[i] =
          LateDelays::Make(TaskOf(before, before.replicas[was]), TaskOf(*program_, spec), wrong);
      if (!wrong.empty()) return wrong;
      continue;
    }
    runners_[i] =
        ReplicaRunner::Make(*program_, spec, materials[static_cast<std::size_t>(spec.task)], wrong);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::string Engine::MakeOutputs() {
  outputs_.resize(program_->outputs.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (output_from_[i] >= 0) continue;
    const std::shared_ptr<handoff::SampleRing>& ring = wiring_.outputs[i];
    if (ring == nullptr) return "an output has no ring";
    outputs_[i] = OutputPlayer::Make(*program_, program_->outputs[i], ring,
                                     i < wiring_.devices.size() ? wiring_.devices[i] : nullptr);
  }
  return {};
}

void Engine::MakeRoutes() {
  for (std::size_t i = 0; i < program_->received.size(); ++i) {
    routes_.push_back({program_->received[i].stream.ssrc, static_cast<int>(i), -1, -1});
  }
  for (std::size_t i = 0; i < program_->replicas.size(); ++i) {
    const std::vector<SentSpec>& sent = program_->replicas[i].sent;
    for (std::size_t j = 0; j < sent.size(); ++j) {
      const int received = sent[j].local;  // the streams come first, in their order
      Route& route =
          received >= 0 ? routes_[static_cast<std::size_t>(received)] : routes_.emplace_back();
      route.ssrc = sent[j].stream.ssrc;
      route.runner = static_cast<int>(i);
      route.sender = static_cast<int>(j);
    }
  }
  std::sort(routes_.begin(), routes_.end(),
            [](const Route& a, const Route& b) { return a.ssrc < b.ssrc; });
}

void Engine::WireParts() {
  for (std::size_t i = 0; i < received_.size(); ++i) received_[i]->Rewire(program_->received[i]);
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    runners_[i]->Wire(*program_, program_->replicas[i], received_, late_[i].get());
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    outputs_[i]->Wire(*program_, program_->outputs[i], received_);
  }
}

void Engine::Succeed(Engine& before, MediaTime now) {
  TakeOver(received_, before.received_, received_from_);
  TakeOver(runners_, before.runners_, runner_from_);
  TakeOver(outputs_, before.outputs_, output_from_);
  WireParts();
  waits_ = false;
  totals_ = before.totals_;
  totals_.packets_sent += before.outbox_.sent();
  pending_ = before.pending_;
  started_ = before.started_;
  last_tick_ = before.last_tick_;
  grace_ = before.grace_;
  next_publication_ = now;
  if (!started_) return;
  for (std::size_t i = 0; i < received_.size(); ++i) {
    if (received_from_[i] < 0) StartReceived(*received_[i], now);
  }
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    if (runner_from_[i] < 0) StartRunner(*runners_[i], now);
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (output_from_[i] < 0) StartOutput(*outputs_[i], now);
  }
}

std::vector<std::shared_ptr<handoff::SampleRing>> Engine::Rings() const {
  std::vector<std::shared_ptr<handoff::SampleRing>> rings;
  for (const auto& output : outputs_) {
    if (output != nullptr) rings.push_back(output->ring());
  }
  return rings;
}

std::vector<std::shared_ptr<handoff::DeviceRing>> Engine::DeviceRings() const {
  std::vector<std::shared_ptr<handoff::DeviceRing>> rings;
  for (const auto& output : outputs_) {
    if (output != nullptr && output->device() != nullptr) rings.push_back(output->device());
  }
  return rings;
}

}  // namespace continuo::agent::rt
