// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/replica_runner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/wire/payload.h"

namespace continuo::agent::rt {
namespace {

constexpr int kMaxEventsPerPacket = replica::Replica::kMaxEventsPerPacket;

plan::ReplicaState ToPlan(replica::State state) {
  switch (state) {
    case replica::State::kInSync:
      return plan::ReplicaState::kInSync;
    case replica::State::kTainted:
      return plan::ReplicaState::kTainted;
    case replica::State::kFenced:
      return plan::ReplicaState::kFenced;
    case replica::State::kLearning:
      return plan::ReplicaState::kShadow;
    case replica::State::kClosed:
      return plan::ReplicaState::kRetired;
    case replica::State::kEmpty:
      break;
  }
  return plan::ReplicaState::kEmpty;
}

}  // namespace

std::unique_ptr<ReplicaRunner> ReplicaRunner::Make(const Program& program, const ReplicaSpec& spec,
                                                   const Material& material, std::string& error) {
  auto runner = std::make_unique<ReplicaRunner>();
  runner->program_ = &program;
  runner->spec_ = &spec;
  runner->task_ = &program.plan.tasks[static_cast<std::size_t>(spec.task)];
  runner->told.live = static_cast<int>(spec.members.size());
  error = runner->memory_.Fill([&runner](Arena& arena) { return runner->Prepare(arena); });
  if (!error.empty()) return nullptr;
  runner->body_ = TaskBody::Make(program.plan, *runner->task_, material, error);
  return error.empty() ? std::move(runner) : nullptr;
}

std::string ReplicaRunner::Prepare(Arena& arena) {
  senders_ = std::vector<StreamSender>(spec_->sent.size());
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    senders_[i].Prepare(spec_->sent[i], *program_, spec_->self, arena);
  }
  control_ = {};
  control_.segments.push_back(program_->plan.session);
  TakeBuffers(arena);
  return {};
}

void ReplicaRunner::Wire(const Program& program, const ReplicaSpec& spec,
                         ReceivedStreams& received) {
  program_ = &program;
  spec_ = &spec;
  task_ = &program.plan.tasks[static_cast<std::size_t>(spec.task)];
  received_ = &received;
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    const int local = spec.sent[i].local;
    senders_[i].Wire(spec.sent[i],
                     local < 0 ? nullptr : received[static_cast<std::size_t>(local)].get());
  }
}

void ReplicaRunner::TakeBuffers(Arena& arena) {
  std::size_t inputs = 0;
  for (const Feed& feed : spec_->wires) inputs += static_cast<std::size_t>(feed.channels);
  const std::size_t outputs = task_->description.channels;
  in_ = arena.Take<float*>(inputs + 1);  // one more, so that a source has an array, too
  out_ = arena.Take<float*>(outputs);
  float* const samples = arena.Take<float>((inputs + outputs) * kMaxQuantum);
  if (in_ == nullptr || out_ == nullptr || samples == nullptr) return;
  for (std::size_t i = 0; i < inputs; ++i) in_[i] = samples + i * kMaxQuantum;
  for (std::size_t i = 0; i < outputs; ++i) out_[i] = samples + (inputs + i) * kMaxQuantum;
}

void ReplicaRunner::Start(MediaTime now) {
  replica::Config config;
  config.task = task();
  config.self = spec_->self;
  for (const Producer& member : spec_->members) config.members.push_back(member.incarnation);
  config.quantum = program_->plan.quantum;
  config.first = program_->first;
  config.promise = program_->plan.timing.promise;
  config.silence = program_->plan.timing.silence;
  replica_.Start(config, now);
}

ReplicaRunner::Input ReplicaRunner::StateOf(const Feed& feed, PacketIndex k) const {
  Input state = Input::kClean;
  for (int group = 0; group < feed.groups; ++group) {
    stream::Selected copy;
    if (!(*received_)[feed.first + group]->At(k, copy)) return Input::kMissing;
    if (copy.tainted) state = Input::kTainted;
  }
  return state;
}

ReplicaRunner::Input ReplicaRunner::StateOfInputs(PacketIndex k) const {
  if (IsConductor()) return Input::kClean;
  Input worst = StateOf({spec_->control, 1, 0}, k);
  for (const Feed& feed : spec_->wires) worst = std::max(worst, StateOf(feed, k));
  return worst;
}

bool ReplicaRunner::Step(MediaTime now, MediaTime grace, Outbox& outbox) {
  const PacketIndex k = replica_.next();
  if (replica_.state() == replica::State::kEmpty || k >= program_->end) return false;
  const MediaTime deadline = (k + 1) * program_->plan.quantum + spec_->hold;
  const bool overdue = now >= deadline && now >= grace;
  const Input inputs = StateOfInputs(k);
  if (inputs != Input::kClean && !overdue) return false;
  if (!replica_.Proven() && !(overdue && replica_.Press())) return false;
  if (inputs != Input::kClean) replica_.Taint();

  std::array<Event, kMaxEventsPerPacket> events;
  const int count = replica_.EventsOfNext(events);
  const std::span<const Event> due(events.data(), static_cast<std::size_t>(count));
  if (IsConductor()) {
    body_->Conduct(k, due, control_);
  } else {
    GatherControl(k);
    GatherAudio(k);
    body_->Process(control_, due, in_, out_);
  }
  std::uint8_t flags = replica_.state() == replica::State::kTainted ? wire::kFlagTainted : 0;
  if (inputs == Input::kMissing) flags |= wire::kFlagConcealed;
  Send(k, flags, replica_.evseq() + static_cast<std::uint32_t>(count), now, outbox);
  replica_.Advance();
  return true;
}

void ReplicaRunner::Send(PacketIndex k, std::uint8_t flags, std::uint32_t evseq, MediaTime now,
                         Outbox& outbox) {
  for (StreamSender& sender : senders_) {
    const StreamSpec& stream = sender.spec().stream;
    const std::size_t bytes = stream.control
                                  ? session::EncodeControl(control_, sender.Payload())
                                  : wire::EncodeFloat(out_ + stream.first_channel, stream.channels,
                                                      program_->plan.quantum, sender.Payload());
    sender.Send(k, bytes, flags, evseq, now, outbox);
  }
}

void ReplicaRunner::GatherControl(PacketIndex k) {
  ReceivedStream& stream = *(*received_)[spec_->control];
  stream::Selected copy;
  if (stream.At(k, copy) && session::ParseControl(copy.payload, control_)) return;
  stream.CountConcealed();
  // No word from the conductor: the music goes on as it went.
  session::ControlQuantum on;
  on.n = k * program_->plan.quantum;
  on.frames = program_->plan.quantum;
  on.plan_version = control_.plan_version;
  on.segments.push_back(control_.segments.back());
  control_ = on;
}

void ReplicaRunner::GatherAudio(PacketIndex k) {
  const int quantum = program_->plan.quantum;
  float** channels = in_;
  for (const Feed& feed : spec_->wires) {
    for (int group = 0; group < feed.groups; ++group) {
      ReceivedStream& stream = *(*received_)[feed.first + group];
      stream::Selected copy;
      const int count = stream.spec().stream.channels;
      if (stream.At(k, copy) && wire::DecodeFloat(copy.payload, count, quantum, channels)) {
        if (copy.tainted) stream.CountTainted();
      } else {
        stream.CountConcealed();
        for (int c = 0; c < count; ++c) std::fill_n(channels[c], quantum, 0.0f);
      }
      channels += count;
    }
  }
}

void ReplicaRunner::ClaimInputs() {
  if (IsConductor() || replica_.state() == replica::State::kEmpty) return;
  const PacketIndex next = std::min(replica_.next(), program_->end);
  (*received_)[spec_->control]->StillNeeds(next);
  for (const Feed& feed : spec_->wires) {
    for (int group = 0; group < feed.groups; ++group) {
      (*received_)[feed.first + group]->StillNeeds(next);
    }
  }
}

plan::NodeId ReplicaRunner::NodeOf(Incarnation member) const {
  for (const Producer& p : spec_->members) {
    if (p.incarnation == member) return p.node;
  }
  return 0;
}

void ReplicaRunner::CountCost(Nanoseconds cost) {
  const auto ns = static_cast<std::uint64_t>(std::max<Nanoseconds>(cost, 0));
  cost_max_[0] = std::max(cost_max_[0], ns);
  cost_sum_[0] += ns;
  ++cost_count_[0];
}

void ReplicaRunner::Publish(handoff::ReplicaCounters& out) {
  out.task = task();
  out.incarnation = spec_->self;
  out.state = ToPlan(replica_.state());
  out.next = replica_.next();
  out.live_members = static_cast<std::uint32_t>(replica_.live_members());
  out.process_ns_max = std::max(cost_max_[0], cost_max_[1]);
  const std::uint64_t count = cost_count_[0] + cost_count_[1];
  out.process_ns_mean = count == 0 ? 0 : (cost_sum_[0] + cost_sum_[1]) / count;
  if (++publications_ % 4 != 0) return;
  cost_max_[1] = std::exchange(cost_max_[0], 0);
  cost_sum_[1] = std::exchange(cost_sum_[0], 0);
  cost_count_[1] = std::exchange(cost_count_[0], 0);
}

}  // namespace continuo::agent::rt
