// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/engine.h"

#include <algorithm>
#include <array>

#include "proto/wire/control_frames.h"

namespace continuo::agent::rt {
namespace {

/// After a stall a replica catches up at most this many packets per tick, and only while half of
/// the quantum is left.
constexpr int kCatchUpPackets = 8;
constexpr int kReceiveBatch = 64;
/// A socket buffer holds some thousands of datagrams; more in one tick is a flood.
constexpr int kReceiveBatches = 128;
constexpr int kRepairsPerTick = 32;
/// A replica that starts this long after the first sample cannot have its inputs any more.
constexpr Frames kTooLateToStart = FramesOfMs(1000);

}  // namespace

Engine::Engine(const Program& program, const Wiring& wiring)
    : program_(program), wiring_(wiring), outbox_(wiring.ports) {}

std::unique_ptr<Engine> Engine::Make(const Program& program,
                                     const std::vector<dsp::TaskMaterial>& material,
                                     const Wiring& wiring, std::string& error) {
  if (program.received.size() > static_cast<std::size_t>(handoff::kMaxReceivedStreams) ||
      program.outputs.size() > static_cast<std::size_t>(handoff::kMaxOutputs)) {
    error = "too many streams or outputs on one node";
    return nullptr;
  }
  std::unique_ptr<Engine> engine(new Engine(program, wiring));
  Arena measure;
  error = engine->Prepare(material, measure);
  if (!error.empty()) return nullptr;
  // Value-initialised: zeroed as Arena asks, and every page is there before the audio thread
  // touches it.
  constexpr std::size_t kAlign = 16;
  const std::size_t bytes = measure.needed() + kAlign;
  engine->memory_ = std::make_unique<std::uint8_t[]>(bytes);
  const auto at = reinterpret_cast<std::uintptr_t>(engine->memory_.get());
  Arena arena(engine->memory_.get() + (kAlign - at % kAlign) % kAlign, bytes - kAlign);
  error = engine->Prepare(material, arena);
  if (error.empty() && arena.exhausted()) error = "a task asked for more memory than it had said";
  if (!error.empty()) return nullptr;
  engine->MakeRoutes();
  return engine;
}

std::string Engine::Prepare(const std::vector<dsp::TaskMaterial>& material, Arena& arena) {
  received_ = std::vector<ReceivedStream>(program_.received.size());
  for (std::size_t i = 0; i < received_.size(); ++i) {
    received_[i].Prepare(program_.received[i], program_, arena);
  }
  runners_ = std::vector<ReplicaRunner>(program_.replicas.size());
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    const ReplicaSpec& spec = program_.replicas[i];
    std::string wrong = runners_[i].Prepare(program_, spec, material[spec.task], received_, arena);
    if (!wrong.empty()) return wrong;
  }
  outputs_ = std::vector<OutputPlayer>(program_.outputs.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    outputs_[i].Prepare(program_, program_.outputs[i], received_, wiring_.outputs[i], arena);
  }
  told_replicas_ = std::vector<Told>(runners_.size());
  told_outputs_ = std::vector<Told>(outputs_.size());
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    told_replicas_[i].live = static_cast<int>(program_.replicas[i].members.size());
  }
  return {};
}

void Engine::MakeRoutes() {
  for (ReceivedStream& stream : received_) {
    routes_.push_back({stream.spec().stream.ssrc, &stream, nullptr});
  }
  for (ReplicaRunner& runner : runners_) {
    for (StreamSender& sender : runner.senders()) {
      const std::uint32_t ssrc = sender.spec().stream.ssrc;
      const auto same = [ssrc](const Route& route) { return route.ssrc == ssrc; };
      const auto known = std::find_if(routes_.begin(), routes_.end(), same);
      if (known != routes_.end()) {
        known->sender = &sender;
      } else {
        routes_.push_back({ssrc, nullptr, &sender});
      }
    }
  }
  std::sort(routes_.begin(), routes_.end(),
            [](const Route& a, const Route& b) { return a.ssrc < b.ssrc; });
}

Engine::Route* Engine::RouteOf(std::uint32_t ssrc) {
  const auto below = [](const Route& route, std::uint32_t value) { return route.ssrc < value; };
  const auto at = std::lower_bound(routes_.begin(), routes_.end(), ssrc, below);
  return at != routes_.end() && at->ssrc == ssrc ? &*at : nullptr;
}

ReplicaRunner* Engine::RunnerOf(plan::TaskId task) {
  for (ReplicaRunner& runner : runners_) {
    if (runner.task() == task) return &runner;
  }
  return nullptr;
}

const Peer* Engine::PeerOf(plan::NodeId node) const {
  for (const Peer& peer : program_.peers) {
    if (peer.node == node) return &peer;
  }
  return nullptr;
}

void Engine::Start(MediaTime now) {
  started_ = true;
  last_tick_ = next_publication_ = now;
  const plan::Plan& plan = program_.plan;
  if (!program_.lived_before && now < plan.start_n + kTooLateToStart) {
    for (ReplicaRunner& runner : runners_) runner.Start(now);
  }
  // A late node plays from the next sample that is still to be played.
  const PacketIndex due = PacketOf(now - plan.timing.playout, plan.quantum);
  for (OutputPlayer& output : outputs_) output.Start(std::max(program_.first, due));
}

void Engine::Tick(MediaTime now) {
  if (!started_) Start(now);
  // A stall: what was sent meanwhile still lies in the sockets or is repaired; give it time before
  // concealing.
  const Frames half = program_.plan.timing.playout / 2;
  if (now - last_tick_ > half) {
    grace_ = now + half;
    ReleasePast(now);  // else what came meanwhile would find the rings full
  }
  totals_.ticks_skipped += static_cast<std::uint64_t>(
      std::max<Frames>(0, (now - last_tick_) / program_.plan.quantum - 1));
  last_tick_ = now;
  ++totals_.ticks;
  repair_budget_ = kRepairsPerTick;
  // First of all, and before anything that came in is looked at: a replica that slept must notice
  // it (R8).
  for (ReplicaRunner& runner : runners_) runner.Tick(now);
  Drain(now);
  fellows_.Send(program_, runners_, outbox_);
  Compute(now);
  outbox_.Flush();
  AskRepairs(now);
  for (OutputPlayer& output : outputs_) output.Play(now);
  ReleaseInputs(now);
  TellVerdicts();
  TellIncidents(now);
  if (now >= next_publication_) Publish(now);
  outbox_.Flush();
}

void Engine::Drain(MediaTime now) {
  std::array<transport::DatagramPort::Incoming, kReceiveBatch> batch;
  for (int network = 0; network < plan::kMaxNetworks; ++network) {
    transport::DatagramPort* const port = wiring_.ports[network];
    if (port == nullptr) continue;
    for (int i = 0; i < kReceiveBatches; ++i) {
      const int count = port->Receive(batch);
      for (int j = 0; j < count; ++j) TakeDatagram(seal_.Open(batch[j].bytes), network, now);
      if (count < kReceiveBatch) break;
    }
  }
}

void Engine::TakeDatagram(std::span<const std::uint8_t> plain, int network, MediaTime now) {
  ++totals_.packets_received;
  bool understood = false;
  if (!plain.empty()) {
    switch (plain[0]) {
      case wire::kFrameNack:
        understood = TakeNack(plain);
        break;
      case wire::kFrameFellows:
        understood = TakeFellows(plain, now);
        break;
      default:
        understood = TakeRtp(plain, network, now);
    }
  }
  if (!understood) ++totals_.packets_refused;
}

bool Engine::TakeRtp(std::span<const std::uint8_t> plain, int network, MediaTime now) {
  wire::RtpPacket packet;
  if (wire::ParseRtp(plain, packet) != wire::RtpError::kNone) return false;
  const Route* const route = RouteOf(packet.ssrc);
  if (route == nullptr || route->received == nullptr) return false;
  return route->received->Take(packet, network, now) != stream::Offer::kRefused;
}

bool Engine::TakeNack(std::span<const std::uint8_t> plain) {
  wire::Nack nack;
  if (!wire::ParseNack(plain, nack)) return false;
  const Route* const route = RouteOf(nack.ssrc);
  if (route == nullptr || route->sender == nullptr) return false;
  const int answered = route->sender->Answer(nack, repair_budget_, outbox_);
  repair_budget_ -= answered;
  totals_.nacks_answered += answered > 0 ? 1 : 0;
  return true;
}

bool Engine::TakeFellows(std::span<const std::uint8_t> plain, MediaTime now) {
  wire::FellowFrameReader frame(plain);
  wire::FellowMessage message;
  while (frame.Next(message)) {
    ReplicaRunner* const runner = RunnerOf(message.task);
    if (runner == nullptr || runner->spec().self != message.to) continue;
    runner->replica().OnFellow(message, now);
  }
  return frame.ok();
}

void Engine::Compute(MediaTime now) {
  const Nanoseconds begun = wiring_.clock->Now();
  const Nanoseconds half_quantum =
      Nanoseconds{program_.plan.quantum} * 1'000'000'000 / kSampleRate / 2;
  Nanoseconds before = begun;
  // Round by round, each in topological order: a chain of tasks on this node passes a packet along
  // within the tick.
  for (int round = 0; round < kCatchUpPackets; ++round) {
    bool any = false;
    for (ReplicaRunner& runner : runners_) {
      if (!runner.Step(now, grace_, outbox_)) continue;
      any = true;
      const Nanoseconds after = wiring_.clock->Now();
      runner.CountCost(after - before);
      before = after;
    }
    if (!any || before - begun > half_quantum) return;
  }
}

void Engine::AskRepairs(MediaTime now) {
  const PacketIndex expected_end = PacketOf(now, program_.plan.quantum);
  std::array<std::uint8_t, 64> frame;
  wire::Nack nack;
  for (ReceivedStream& stream : received_) {
    if (!stream.Ask(expected_end, now, nack)) continue;
    nack.from_node = program_.self;
    const std::size_t bytes = wire::EncodeNack(nack, frame);
    for (const Producer& producer : stream.spec().producers) {
      const Peer* const peer = PeerOf(producer.node);
      if (peer == nullptr || peer->node == program_.self) continue;
      outbox_.SendOnAll(peer->networks, std::span(frame).first(bytes));
    }
    ++totals_.nacks_sent;
  }
}

void Engine::ReleaseInputs(MediaTime now) {
  for (ReplicaRunner& runner : runners_) runner.ClaimInputs();
  for (OutputPlayer& output : outputs_) output.ClaimInputs();
  ReleasePast(now);
}

void Engine::ReleasePast(MediaTime now) {
  const plan::Plan& plan = program_.plan;
  const PacketIndex ahead = PacketOf(now + plan.timing.promise, plan.quantum) + 2;
  for (ReceivedStream& stream : received_) stream.Release(ahead - stream.slots());
}

void Engine::Submit(plan::TaskId task, const Event& event, MediaTime now) {
  ReplicaRunner* const runner = RunnerOf(task);
  if (runner == nullptr || !started_) return;
  runner->replica().Submit(event, now);
  const auto same = [&event](const Pending& p) { return p.id == event.id; };
  if (std::none_of(pending_.begin(), pending_.end(), same)) {
    pending_.push_back({task, event.id, event.at});  // full: the coordinator asks again
  }
}

void Engine::TellVerdicts() {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    const Pending& p = pending_[i];
    const Verdict verdict = RunnerOf(p.task)->replica().VerdictOf(p.id, p.at);
    if (verdict == Verdict::kNone) continue;
    if (wiring_.line->verdicts.TrySend({p.task, p.id, verdict})) pending_.erase(i);
  }
}

void Engine::Corrupt() {
  if (runners_.empty()) return;
  const auto feeds = [](const ReplicaRunner& runner) { return runner.spec().feeds_output; };
  const auto chosen = std::find_if(runners_.begin(), runners_.end(), feeds);
  ReplicaRunner& runner = chosen != runners_.end() ? *chosen : runners_.back();
  runner.senders().front().CorruptNext();
}

}  // namespace continuo::agent::rt
