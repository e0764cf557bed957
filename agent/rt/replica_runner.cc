// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/replica_runner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dsp/graph/wire_change.h"
#include "proto/plan/lead.h"
#include "proto/wire/payload.h"

namespace continuo::agent::rt {
namespace {

constexpr int kMaxEventsPerPacket = replica::Replica::kMaxEventsPerPacket;

bool Lists(const ReplicaSpec& spec, Incarnation incarnation) {
  const auto is = [incarnation](const Producer& p) { return p.incarnation == incarnation; };
  return std::any_of(spec.members.begin(), spec.members.end(), is);
}

}  // namespace

std::unique_ptr<ReplicaRunner> ReplicaRunner::Make(const Program& program, const ReplicaSpec& spec,
                                                   const Material& material, std::string& error) {
  auto runner = std::make_unique<ReplicaRunner>();
  runner->program_ = &program;
  runner->spec_ = &spec;
  runner->task_ = &program.plan.tasks[static_cast<std::size_t>(spec.task)];
  runner->live_.Open(material.live);
  error = runner->memory_.Fill([&runner](Arena& arena) { return runner->Prepare(arena); });
  if (!error.empty()) return nullptr;
  if (runner->IsJoiner()) return runner;
  runner->body_ = TaskBody::Make(program.plan, *runner->task_, material, error);
  if (runner->body_ == nullptr) return nullptr;
  runner->image_bytes_ = runner->RoomForImage();
  return runner;
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

void ReplicaRunner::TakeBuffers(Arena& arena) {
  const std::size_t outputs = task_->description.channels;
  // Later plans may plug in more wires.
  const std::size_t inputs = task_->description.input_ports == 0 ? 0 : dsp::kMaxWires * outputs;
  live_.TakeMemory(arena);
  in_ = arena.Take<float*>(inputs + 1);  // one more, so that a source has an array, too
  out_ = arena.Take<float*>(outputs);
  float* const samples = arena.Take<float>((inputs + outputs) * kMaxQuantum);
  if (in_ == nullptr || out_ == nullptr || samples == nullptr) return;
  for (std::size_t i = 0; i < inputs; ++i) in_[i] = samples + i * kMaxQuantum;
  for (std::size_t i = 0; i < outputs; ++i) out_[i] = samples + (inputs + i) * kMaxQuantum;
}

void ReplicaRunner::Wire(const Program& program, const ReplicaSpec& spec, ReceivedStreams& received,
                         LateDelays* late) {
  const ReplicaSpec& before = *spec_;
  const std::vector<Peer>& peers = program_->peers;
  const plan::Task& task_before = *task_;
  program_ = &program;
  spec_ = &spec;
  task_ = &program.plan.tasks[static_cast<std::size_t>(spec.task)];
  // The plan came after its date: what was computed since is not what it asks for, and has been sent.
  const MediaTime change =
      dsp::FirstChange(task_before.description.wires, task_->description.wires);
  if (active() && started_ && replica_.next() * program.plan.quantum > change) replica_.Taint();
  if (task_->rewired >= unheard_change_) unheard_change_ = dsp::kForever;
  inputs_.Wire(program, spec, received);
  if (body_ != nullptr) body_->Rewire(*task_, late);
  for (std::size_t i = 0; i < senders_.size(); ++i) {
    const int local = spec.sent[i].local;
    senders_[i].Wire(spec.sent[i],
                     local < 0 ? nullptr : received[static_cast<std::size_t>(local)].get());
  }
  if (started_) Heed(before, peers);
}

void ReplicaRunner::Heed(const ReplicaSpec& before, const std::vector<Peer>& peers) {
  for (const Producer& member : spec_->members) {
    if (member.incarnation != spec_->self) replica_.Know(member.incarnation, member.witness);
  }
  for (const Producer& member : before.members) {
    if (Lists(*spec_, member.incarnation)) continue;
    for (const Peer& peer : peers) {
      if (peer.node == member.node) Met(member.incarnation, peer);
    }
    replica_.Drop(member.incarnation);
  }
  if (spec_->leaving) {
    replica_.Retire(spec_->wanted);
  } else {
    replica_.Stay();
  }
}

void ReplicaRunner::Start(MediaTime now, PacketIndex end_of_rings) {
  replica::Config config;
  config.task = task();
  config.self = spec_->self;
  config.joins = IsJoiner();
  config.witness = spec_->role == plan::Role::kWitness;
  for (const Producer& member : spec_->members) {
    // A joiner learns from its fellows who of them is a member.
    const bool counts = IsJoiner() ? member.incarnation != spec_->self : member.founder;
    if (!counts) continue;
    config.members.push_back(member.incarnation);
    if (member.witness) config.witnesses.push_back(member.incarnation);
  }
  config.quantum = program_->plan.quantum;
  config.first = spec_->first;
  config.promise = plan::PromiseOf(program_->plan, *task_);
  config.silence = program_->plan.timing.silence;
  replica_.Start(config, now);
  sent_.Begin(spec_->first * program_->plan.quantum, 0);
  started_ = true;
  // Its fellows may be far behind what others on this node have consumed: until a death is agreed on they stand still.
  if (IsJoiner()) inputs_.KeepAgain(end_of_rings);
  told.state = replica_.state();
  told.live = replica_.live_members();
  Heed(*spec_, program_->peers);
}

void ReplicaRunner::Tick(MediaTime now) {
  if (!active()) return;
  if (replica_.witness()) dead_head_ = std::max(dead_head_, replica_.head());
  replica_.Tick(now);
  if (!IsJoiner() || !shadows()) return;
  const bool waits = replica_.bare() || replica_.witness();
  if (!waits) catch_up_.Note(replica_.next(), replica_.head(), program_->plan.quantum, now);
  if (replica_.state() == replica::State::kEmpty) {
    failure_ = "its fellows gave it up before it had joined";
  } else if (replica_.cut_off()) {
    failure_ = "its fellows have forgotten events that it still needed";
  } else if (replica_.deserted()) {
    failure_ = "it waits for the word of one that has left";
  } else if (!waits && inputs_.GoneAt(replica_.next())) {
    failure_ = "an input was lost that it needed to catch up, and nobody has it any more";
  }
}

/// Is packet k to be computed with whatever is there?
bool ReplicaRunner::IsLate(PacketIndex k, MediaTime now, MediaTime grace) {
  const MediaTime deadline = (k + 1) * program_->plan.quantum + spec_->hold;
  if (now < deadline || now < std::max(grace, grace_)) return false;
  if (!shadows()) return true;
  // A shadow is behind for a good reason: what came tainted is given the time of a repair. All of it at once, not one
  // packet after the other: behind sources that stay tainted it has to catch up all the same.
  return now - inputs_.ArrivalOf(k) > 4 * program_->plan.timing.repair_after;
}

MediaTime ReplicaRunner::Deadline() const {
  const PacketIndex k = replica_.next();
  if (!active() || !HasState() || shadows() || k >= spec_->end) return dsp::kForever;
  return (k + 1) * program_->plan.quantum + spec_->hold;
}

bool ReplicaRunner::SoundsAway() const {
  return std::any_of(senders_.begin(), senders_.end(),
                     [](const StreamSender& sender) { return sender.sounds_away(); });
}

bool ReplicaRunner::MayCompute(TaskInputs::State inputs, bool late) {
  if (inputs != TaskInputs::State::kClean && !late) return false;
  if (shadows() && inputs == TaskInputs::State::kMissing) return false;
  return replica_.Proven() || (late && !shadows() && replica_.Press());
}

void ReplicaRunner::OnFellow(const wire::FellowMessage& message, MediaTime now) {
  if (message.rewired > task_->rewired) {
    unheard_change_ = std::min(unheard_change_, message.rewired);
  }
  replica_.OnFellow(message, now);
}

bool ReplicaRunner::MessageFor(Incarnation fellow, wire::FellowMessage& message) {
  if (!replica_.MessageFor(fellow, message)) return false;
  message.rewired = task_->rewired;
  return true;
}

bool ReplicaRunner::MissesChange(PacketIndex k) const {
  return (k + 1) * program_->plan.quantum > unheard_change_;
}

bool ReplicaRunner::Begin(MediaTime now, MediaTime grace) {
  const PacketIndex k = replica_.next();
  if (!HasState() || k >= spec_->end) return false;
  const MediaTime end = (k + 1) * program_->plan.quantum;
  if (live_.open() && !live_.Ready(end, spec_->hold, now)) return false;
  inputs_state_ = inputs_.StateAt(k);
  if (!MayCompute(inputs_state_, IsLate(k, now, grace))) return false;
  if (inputs_state_ != TaskInputs::State::kClean || MissesChange(k)) replica_.Taint();
  Gather(k);
  return true;
}

void ReplicaRunner::Gather(PacketIndex k) {
  std::array<Event, kMaxEventsPerPacket> events;
  const int count = replica_.EventsOfNext(events);
  events_.clear();
  for (int i = 0; i < count; ++i) events_.push_back(events[static_cast<std::size_t>(i)]);
  if (IsConductor()) return;
  inputs_.GatherControl(k, control_);
  if (live_.open()) {
    live_.Take(k * program_->plan.quantum, program_->plan.quantum, in_);
  } else {
    inputs_.GatherAudio(k, in_);
  }
}

void ReplicaRunner::Work() {
  const std::span<const Event> events(events_.begin(), events_.size());
  if (IsConductor()) {
    body_->Conduct(replica_.next(), events, control_);
  } else {
    body_->Process(control_, events, in_, out_);
  }
}

void ReplicaRunner::End(MediaTime now, Outbox& outbox) {
  const PacketIndex k = replica_.next();
  const int quantum = program_->plan.quantum;
  if (!IsConductor() && Settles()) sent_.Add(out_, task_->description.channels, quantum);
  // While it comes from far behind, everybody has long got what it computes; while it settles, it is not that yet.
  if (!shadows() || (catch_up_.done() && sent_.Settled(k * quantum))) {
    const std::uint32_t evseq = replica_.evseq() + static_cast<std::uint32_t>(events_.size());
    Send(k, FlagsOf(inputs_state_), evseq, now, outbox);
  }
  if (resumed_) CountGap(k, now);
  replica_.Advance();
  HashState();
  if (k + 1 == spec_->end) live_.Finish();
}

std::uint8_t ReplicaRunner::FlagsOf(TaskInputs::State inputs) const {
  std::uint8_t flags = replica_.state() == replica::State::kTainted ? wire::kFlagTainted : 0;
  if (inputs == TaskInputs::State::kMissing) flags |= wire::kFlagConcealed;
  if (shadows()) flags |= wire::kFlagJoiner;
  return flags;
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

void ReplicaRunner::ClaimInputs() {
  if (gone()) return;
  // One that waits for a state does not know yet what it will need: all that can be kept.
  inputs_.Claim(replica_.bare() ? 0 : std::min(replica_.next(), spec_->end));
}

plan::NodeId ReplicaRunner::NodeOf(Incarnation member) const {
  for (const Producer& p : spec_->members) {
    if (p.incarnation == member) return p.node;
  }
  return 0;
}

void ReplicaRunner::Met(Incarnation fellow, const Peer& at) {
  if (Lists(*spec_, fellow)) return;
  const auto is = [fellow](const Unlisted& one) { return one.incarnation == fellow; };
  if (std::any_of(unlisted_.begin(), unlisted_.end(), is)) return;
  if (unlisted_.full()) unlisted_.erase(0);
  unlisted_.push_back({fellow, at});
}

}  // namespace continuo::agent::rt
