// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/engine.h"

#include <algorithm>
#include <array>

#include "proto/wire/control_frames.h"

namespace continuo::agent::rt {
namespace {

/// After a stall a replica catches up at most this many packets per tick, and only while half of
/// the quantum is left.
constexpr int kCatchUpPackets = 16;
/// A replica that joins, likewise, as long as a quarter of the quantum is left.
constexpr int kShadowPackets = 16;
constexpr int kReceiveBatch = 64;
/// A socket buffer holds some thousands of datagrams; more in one tick is a flood.
constexpr int kReceiveBatches = 512;
constexpr int kRepairsPerTick = 32;
/// A replica that starts this long after the first sample cannot have its inputs any more.
constexpr Frames kTooLateToStart = FramesOfMs(1000);
/// After its date an event has its verdict within a playout, or a replica that was no member then is asked.
constexpr Frames kVerdictPatience = FramesOfMs(2000);

}  // namespace

const Engine::Route* Engine::RouteOf(std::uint32_t ssrc) const {
  const auto below = [](const Route& route, std::uint32_t value) { return route.ssrc < value; };
  const auto at = std::lower_bound(routes_.begin(), routes_.end(), ssrc, below);
  return at != routes_.end() && at->ssrc == ssrc ? &*at : nullptr;
}

ReplicaRunner* Engine::RunnerOf(plan::TaskId task) {
  for (const auto& runner : runners_) {
    if (runner->task() == task) return runner.get();
  }
  return nullptr;
}

ReplicaRunner* Engine::RunnerOf(plan::TaskId task, Incarnation incarnation) {
  ReplicaRunner* const runner = RunnerOf(task);
  return runner != nullptr && runner->spec().self == incarnation ? runner : nullptr;
}

const Peer* Engine::PeerOf(plan::NodeId node) const {
  for (const Peer& peer : program_->peers) {
    if (peer.node == node) return &peer;
  }
  return nullptr;
}

void Engine::Start(MediaTime now) {
  started_ = true;
  last_tick_ = next_publication_ = now;
  for (const auto& stream : received_) StartReceived(*stream, now);
  for (const auto& runner : runners_) StartRunner(*runner, now);
  for (const auto& output : outputs_) StartOutput(*output, now);
}

// A late part begins with what can still be of use to it.
void Engine::StartReceived(ReceivedStream& stream, MediaTime now) {
  const Frames back = std::max(FramesOfMs(500), plan().timing.playout);
  stream.BeginAt(PacketOf(now - back, plan().quantum));
}

void Engine::StartRunner(ReplicaRunner& runner, MediaTime now) {
  const bool founder = runner.spec().origin == plan::Origin::kFounder;
  const MediaTime begins = runner.spec().first * plan().quantum;
  const bool late = founder && now >= begins + kTooLateToStart;
  if (!runner.spec().lived_before && !late) runner.Start(now, EndOfRings(now));
}

void Engine::StartOutput(OutputPlayer& output, MediaTime now) {
  // A late node plays from where the show is. What was sent before its sockets were there it has to ask for, and that
  // takes time: it gets half of the playout, and is silent until then rather than wrong.
  const Frames back = plan().timing.playout / 2 + output.offset();
  const PacketIndex due = PacketOf(now - back, plan().quantum);
  output.Start(std::max(program_->first, due));
}

void Engine::Tick(MediaTime now) {
  if (!started_) Start(now);
  // A stall: what was sent meanwhile still lies in the sockets or is repaired; give it time before
  // concealing.
  const Frames half = std::max(plan().timing.playout / 2, Frames{2 * plan().quantum});
  if (now - last_tick_ > half) {
    grace_ = now + half;
    ReleasePast(now);  // else what came meanwhile would find the rings full
  }
  totals_.ticks_skipped +=
      static_cast<std::uint64_t>(std::max<Frames>(0, (now - last_tick_) / plan().quantum - 1));
  last_tick_ = now;
  ++totals_.ticks;
  repair_budget_ = kRepairsPerTick;
  // First of all, and before anything that came in is looked at: a replica that slept must notice
  // it (R8).
  for (const auto& runner : runners_) runner->Tick(now);
  Drain(now);
  fellows_.Send(*program_, runners_, outbox_);
  Compute(now);
  FlushSound();
  AskRepairs(now);
  for (const auto& output : outputs_) output->Play(now, PlaysEarly());
  ReleaseInputs(now);
  TellVerdicts(now);
  TellIncidents(now);
  if (now >= next_publication_) Publish(now);
  const bool sounded = std::exchange(sounded_, false);
  holds_back_ = prompt() && !outbox_.hasty() && !holds_back_ && sounded;
  if (!holds_back_) outbox_.Flush();
}

void Engine::FlushSound() {
  if (!outbox_.hasty()) return;
  outbox_.Flush();
  holds_back_ = false;
  sounded_ = true;
}

// Nothing of it speaks on its own account but for repairs, once per quantum and hole: nodes that woke each other would
// never rest.
void Engine::Hurry(MediaTime now) {
  // After a stall it is the tick that looks first, so that replicas notice that they slept before they hear anybody.
  if (!started_ || now - last_tick_ > 2 * plan().quantum) return;
  repair_budget_ = kRepairsPerTick;
  Drain(now);
  Compute(now);
  AskRepairs(now);
  for (const auto& output : outputs_) output->Play(now, PlaysEarly());
  FlushSound();
}

bool Engine::SoundsAway() const {
  return std::any_of(runners_.begin(), runners_.end(),
                     [](const auto& runner) { return runner->SoundsAway(); });
}

bool Engine::WaitsForOthers(MediaTime until) const {
  if ((PlaysEarly() && !outputs_.empty()) || SoundsAway()) return true;
  return std::any_of(runners_.begin(), runners_.end(), [this, until](const auto& runner) {
    return runner->Deadline() < until + plan().quantum;
  });
}

MediaTime Engine::NextDue() const {
  MediaTime due = dsp::kForever;
  for (const auto& output : outputs_) due = std::min(due, output->NextDue(PlaysEarly()));
  return due;
}

void Engine::Drain(MediaTime now) {
  std::array<transport::DatagramPort::Incoming, kReceiveBatch> batch;
  for (int network = 0; network < plan::kMaxNetworks; ++network) {
    transport::DatagramPort* const port = wiring_.ports[network];
    if (port == nullptr) continue;
    for (int i = 0; i < kReceiveBatches; ++i) {
      const int count = port->Receive(batch);
      for (int j = 0; j < count; ++j) TakeDatagram(seal_.Open(batch[j].bytes), network, now);
      if (count == 0) break;
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
  if (route == nullptr || route->received < 0) return false;
  return received_[route->received]->Take(packet, network, now) != stream::Offer::kRefused;
}

bool Engine::TakeNack(std::span<const std::uint8_t> plain) {
  wire::Nack nack;
  if (!wire::ParseNack(plain, nack)) return false;
  const Route* const route = RouteOf(nack.ssrc);
  if (route == nullptr || route->runner < 0) return false;
  StreamSender& sender = runners_[route->runner]->senders()[route->sender];
  const int answered = sender.Answer(nack, repair_budget_, outbox_);
  repair_budget_ -= answered;
  totals_.nacks_answered += answered > 0 ? 1 : 0;
  return true;
}

bool Engine::TakeFellows(std::span<const std::uint8_t> plain, MediaTime now) {
  wire::FellowFrameReader frame(plain);
  wire::FellowMessage message;
  const Peer* const sender = PeerOf(frame.from_node());
  while (frame.Next(message)) {
    ReplicaRunner* const runner = RunnerOf(message.task, message.to);
    if (runner == nullptr || !runner->active()) continue;
    if (sender != nullptr) runner->Met(message.from, *sender);
    runner->OnFellow(message, now);
  }
  return frame.ok();
}

void Engine::Compute(MediaTime now) {
  const Nanoseconds quantum = Nanoseconds{plan().quantum} * 1'000'000'000 / kSampleRate;
  const Nanoseconds begun = wiring_.clock->Now();
  Nanoseconds clock = begun;
  for (int round = 0; round < kCatchUpPackets; ++round) {
    if (!ComputeRound(now, false, clock) || clock - begun > quantum / 2) break;
  }
  // What is played comes first; those who are still catching up get what time is left.
  for (int round = 0; round < kShadowPackets && clock - begun < quantum * 3 / 4; ++round) {
    if (!ComputeRound(now, true, clock)) break;
  }
}

/// At most one packet of each replica, in topological order: a chain of tasks on this node passes a
/// packet along within the tick. `clock`: when this round begins, then when it ended.
bool Engine::ComputeRound(MediaTime now, bool shadows, Nanoseconds& clock) {
  bool any = false;
  if (wiring_.crew != nullptr) {
    any = ComputeTogether(now, shadows);
    clock = wiring_.clock->Now();
    return any;
  }
  for (const auto& runner : runners_) {
    if (runner->shadows() != shadows || !runner->Begin(now, grace_)) continue;
    runner->Work();
    runner->End(now, outbox_);
    any = true;
    const Nanoseconds after = wiring_.clock->Now();
    runner->CountCost(after - clock);
    clock = after;
  }
  return any;
}

/// Likewise, in waves: all that can be computed now is computed at once, then what can be after that. A chain takes as
/// many waves as it is long.
bool Engine::ComputeTogether(MediaTime now, bool shadows) {
  std::fill(had_.begin(), had_.end(), 0);
  for (bool any = false;; any = true) {
    wave_.clear();
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      ReplicaRunner& runner = *runners_[i];
      if (had_[i] != 0 || runner.shadows() != shadows || !runner.Begin(now, grace_)) continue;
      had_[i] = 1;
      wave_.push_back(&runner);
    }
    if (wave_.empty()) return any;
    const auto work = [](void* context, int i) {
      const Engine& engine = *static_cast<const Engine*>(context);
      ReplicaRunner& runner = *engine.wave_[static_cast<std::size_t>(i)];
      const Nanoseconds begun = engine.wiring_.clock->Now();
      runner.Work();
      runner.CountCost(engine.wiring_.clock->Now() - begun);
    };
    wiring_.crew->Do(static_cast<int>(wave_.size()), work, this);
    for (ReplicaRunner* const runner : wave_) runner->End(now, outbox_);
  }
}

void Engine::AskRepairs(MediaTime now) {
  const PacketIndex expected_end = PacketOf(now, plan().quantum);
  std::array<std::uint8_t, 64> frame;
  wire::Nack nack;
  for (const auto& stream : received_) {
    if (!stream->Ask(expected_end, now, nack)) continue;
    const Route* const route = RouteOf(nack.ssrc);
    if (route != nullptr && route->runner >= 0) {
      runners_[route->runner]->senders()[route->sender].AnswerHere(nack, *stream, now);
    }
    if (nack.mask == 0) continue;
    nack.from_node = self();
    const std::size_t bytes = wire::EncodeNack(nack, frame);
    for (const Producer& producer : stream->spec().producers) {
      if (producer.witness && !stream->Heard(producer.incarnation)) continue;
      const Peer* const peer = PeerOf(producer.node);
      if (peer == nullptr || peer->node == self()) continue;
      // Where there is time for few rounds each must count: a request may be what was lost, or its answer.
      for (int i = prompt() && stream->insists() ? 2 : 1; i > 0; --i) {
        outbox_.SendOnAll(peer->networks, std::span(frame).first(bytes));
      }
    }
    outbox_.Hasten();
    ++totals_.nacks_sent;
  }
}

void Engine::ReleaseInputs(MediaTime now) {
  for (const auto& runner : runners_) runner->ClaimInputs();
  for (const auto& output : outputs_) output->ClaimInputs();
  ReleasePast(now);
}

// The rings must have room for all that can come.
PacketIndex Engine::EndOfRings(MediaTime now) const {
  return PacketOf(now + plan::LongestPromise(plan()), plan().quantum) + 2;
}

void Engine::ReleasePast(MediaTime now) {
  const PacketIndex end = EndOfRings(now);
  for (const auto& stream : received_) stream->Release(end - stream->slots());
}

void Engine::Submit(plan::TaskId task, const Event& event, MediaTime now) {
  ReplicaRunner* const runner = RunnerOf(task);
  if (runner == nullptr || !started_ || !runner->active() || runner->shadows()) return;
  runner->replica().Submit(event, now);
  const Pending asked{task, event.id, event.at};
  // A storm whose verdicts were held up is asked about all at once: more of them than can be kept in mind.
  if (TellVerdict(*runner, asked)) return;
  // What happened before a replica was a member it will not know later either.
  if (PacketOf(event.at, plan().quantum) < runner->replica().joined_from()) return;
  const auto same = [&event](const Pending& p) { return p.id == event.id; };
  if (std::none_of(pending_.begin(), pending_.end(), same)) {
    pending_.push_back(asked);  // full: the coordinator asks again
  }
}

bool Engine::TellVerdict(const ReplicaRunner& runner, const Pending& asked) {
  const Verdict verdict = runner.replica().VerdictOf(asked.id, asked.at);
  return verdict != Verdict::kNone &&
         wiring_.line->verdicts.TrySend({asked.task, asked.id, verdict});
}

void Engine::TellVerdicts(MediaTime now) {
  for (std::size_t i = pending_.size(); i-- > 0;) {
    const Pending& p = pending_[i];
    const ReplicaRunner* const runner = RunnerOf(p.task);
    if (runner == nullptr || runner->gone()) {  // its fellows tell the verdict
      pending_.erase(i);
      continue;
    }
    // What nobody will know must not take the room of others.
    if (TellVerdict(*runner, p) || now > p.at + kVerdictPatience) pending_.erase(i);
  }
}

void Engine::Snapshot(plan::TaskId task, handoff::SnapshotSlot& slot) {
  const ReplicaRunner* const runner = RunnerOf(task);
  slot.result = handoff::SnapshotSlot::Result::kNotHere;
  if (runner != nullptr) runner->Snapshot(slot);
}

void Engine::Learn(Learned& learned, MediaTime now) {
  ReplicaRunner* const runner = RunnerOf(learned.task, learned.incarnation);
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (runner != nullptr) runner->Learn(learned, now);
}

void Engine::Resume(Learned& learned, MediaTime now) {
  ReplicaRunner* const runner = RunnerOf(learned.task, learned.incarnation);
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (runner != nullptr) runner->Resume(learned, now);
}

void Engine::Checkpoint(Learned& learned, MediaTime now) {
  ReplicaRunner* const runner = RunnerOf(learned.task, learned.incarnation);
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (runner != nullptr) runner->Checkpoint(learned, now);
}

void Engine::Corrupt() {
  if (runners_.empty()) return;
  const auto feeds = [](const auto& runner) {
    return runner->spec().feeds_output && !runner->shadows();
  };
  const auto chosen = std::find_if(runners_.begin(), runners_.end(), feeds);
  ReplicaRunner& runner = chosen != runners_.end() ? **chosen : *runners_.back();
  runner.senders().front().CorruptNext();
}

}  // namespace continuo::agent::rt
