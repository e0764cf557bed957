// SPDX-License-Identifier: Apache-2.0
// What the engine tells the other side of the real-time line.
#include <utility>

#include "agent/rt/engine.h"

namespace continuo::agent::rt {

using plan::IncidentKind;

namespace {

constexpr Frames kPublicationPeriod = FramesOfMs(250);

}  // namespace

void Engine::Tell(const handoff::IncidentNote& note) {
  // A full queue means that thousands were told already; the counters still count.
  wiring_.line->incidents.TrySend(note);
}

void Engine::TellIncidents(MediaTime now) {
  for (const auto& runner : runners_) TellReplica(*runner, now);
  for (const auto& output : outputs_) TellOutput(*output);
  for (const auto& stream : received_) {
    stream::Merge::Divergence divergence;
    while (stream->TakeDivergence(divergence)) {
      Tell({IncidentKind::kDivergence, stream->spec().stream.id.task, divergence.k * plan().quantum,
            stream->NodeOfLeg(divergence.kept), stream->NodeOfLeg(divergence.differing)});
    }
  }
}

void Engine::TellReplica(ReplicaRunner& runner, MediaTime now) {
  if (!runner.active() && *runner.failure() == 0) return;
  ReplicaRunner::Told& told = runner.told;
  const replica::Replica& replica = runner.replica();
  TellJoin(runner, now);
  const replica::State state = replica.state();
  if (state != told.state) {
    const bool was_out = told.state == replica::State::kLearning;
    told.state = state;
    const auto kind = state == replica::State::kTainted  ? IncidentKind::kTainted
                      : state == replica::State::kInSync ? IncidentKind::kReturned
                      : state == replica::State::kClosed ? IncidentKind::kRetired
                                                         : IncidentKind::kFenced;
    const MediaTime n = state == replica::State::kClosed ? replica.next() * plan().quantum : now;
    if (!was_out) Tell({kind, runner.task(), n, self(), 0, "", runner.spec().self});
  }
  const int live = replica.live_members();
  // Who leaves on purpose says so itself.
  if (live < told.live && live > 0 && !runner.gone() && !runner.spec().others_leave) {
    Tell({IncidentKind::kExcluded, runner.task(), now, self(), 0});
  }
  told.live = live;
}

void Engine::TellJoin(ReplicaRunner& runner, MediaTime now) {
  ReplicaRunner::Told& told = runner.told;
  const replica::Replica& replica = runner.replica();
  if (*runner.failure() != 0 && !told.failed) {
    told.failed = true;
    Tell({IncidentKind::kJoinFailed, runner.task(), now, self(), 0, runner.failure(),
          runner.spec().self});
  }
  if (runner.spec().origin == plan::Origin::kJoiner && !told.joined && !replica.witness() &&
      !runner.shadows()) {
    told.joined = true;
    const MediaTime n = replica.joined_from() * plan().quantum;
    Tell({IncidentKind::kJoined, runner.task(), n, self(), 0, "", runner.spec().self});
  }
  Incarnation learner = 0;
  while (runner.replica().TakeMismatch(learner)) {
    Tell({IncidentKind::kHashDiffers, runner.task(), now, self(), runner.NodeOf(learner), "",
          learner});
  }
  if (runner.WantsToResume(now)) {
    wiring_.line->resumes.TrySend({runner.task(), runner.spec().self, replica.next()});
  }
  if (runner.resumed() && !told.resumed) {
    told.resumed = true;
    Tell({IncidentKind::kResumed, runner.task(), replica.next() * plan().quantum, self(), 0, "",
          runner.spec().self});
  }
}

void Engine::TellOutput(OutputPlayer& output) {
  OutputPlayer::Told& told = output.told;
  const auto tell = [this, &output](IncidentKind kind, PacketIndex from, PacketIndex& last) {
    if (std::exchange(last, from) == from) return;
    Tell({kind, output.task(), from * plan().quantum, self(), 0});
  };
  tell(IncidentKind::kConcealed, output.concealed_from(), told.concealed_from);
  tell(IncidentKind::kTainted, output.tainted_from(), told.tainted_from);
}

void Engine::Publish(MediaTime now) {
  next_publication_ = now + kPublicationPeriod;
  handoff::Counters& draft = wiring_.line->counters.Draft();
  draft.term = plan().term;
  draft.plan_version = plan().version;
  draft.now = now;
  draft.totals = totals_;
  draft.totals.packets_sent += outbox_.sent();
  draft.replicas.resize(runners_.size());
  for (std::size_t i = 0; i < runners_.size(); ++i) runners_[i]->Publish(draft.replicas[i]);
  draft.streams.resize(received_.size());
  for (std::size_t i = 0; i < received_.size(); ++i) received_[i]->Publish(draft.streams[i]);
  draft.outputs.resize(outputs_.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) outputs_[i]->Publish(draft.outputs[i]);
  wiring_.line->counters.Publish();
}

}  // namespace continuo::agent::rt
