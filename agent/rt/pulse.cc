// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/pulse.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "dsp/graph/description.h"
#include "proto/plan/media_time.h"

namespace continuo::agent::rt {
namespace {

constexpr Nanoseconds kIdle = 5'000'000;
/// Nodes whose ids differ by less than this wake in different phases of the quantum.
constexpr int kPhases = 5;

}  // namespace

Nanoseconds Pulse::Turn() {
  const Nanoseconds t = clock_.Now();
  turned_ = t;
  handoff::Command command;
  while (line_.commands.TryReceive(command)) Obey(command, t);
  if (armed_ != nullptr && plan::MediaTimeAt(armed_->plan().media, t) >= armed_->begins()) {
    Retire(playing_);
    playing_ = std::exchange(armed_, nullptr);
  }
  if (playing_ == nullptr) return t + kIdle;
  const MediaTime now = plan::MediaTimeAt(playing_->plan().media, t);
  playing_->Tick(now);
  return NextTick(*playing_, now);
}

Nanoseconds Pulse::NextDue() const {
  const MediaTime due = playing_->NextDue();
  return due == dsp::kForever ? std::numeric_limits<Nanoseconds>::max()
                              : plan::TimeAt(playing_->plan().media, due);
}

bool Pulse::WaitsForOthers(Nanoseconds until) const {
  return playing_->WaitsForOthers(plan::MediaTimeAt(playing_->plan().media, until));
}

Nanoseconds Pulse::Hurry(Nanoseconds next) {
  const plan::Plan& plan = playing_->plan();
  const Nanoseconds now = clock_.Now();
  const Nanoseconds quantum = Nanoseconds{plan.quantum} * 1'000'000'000 / plan.media.rate_hz;
  if (now - turned_ >= quantum * 3 / 4) return Turn();
  playing_->Hurry(plan::MediaTimeAt(plan.media, now));
  return next;
}

Nanoseconds Pulse::NextTick(const Engine& engine, MediaTime now) const {
  const plan::Plan& plan = engine.plan();
  if (engine.prompt()) return plan::TimeAt(plan.media, now + plan.quantum * 3 / 2);
  const Frames phase = Frames{engine.self() % kPhases} * plan.quantum / kPhases;
  const MediaTime next = (PacketOf(now - phase, plan.quantum) + 1) * plan.quantum + phase;
  // Skip what the tick itself took too long for.
  return std::max(plan::TimeAt(plan.media, next), clock_.Now());
}

void Pulse::Obey(const handoff::Command& command, Nanoseconds t) {
  using Kind = handoff::Command::Kind;
  switch (command.kind) {
    case Kind::kArm:
      Arm(command.engine, t);
      break;
    case Kind::kStop:
      Retire(armed_);
      Retire(playing_);
      break;
    case Kind::kSubmit:
      if (playing_ == nullptr) break;
      playing_->Submit(command.task, command.event, plan::MediaTimeAt(playing_->plan().media, t));
      break;
    case Kind::kCorrupt:
      if (playing_ != nullptr) playing_->Corrupt();
      break;
    case Kind::kSnapshot:
    case Kind::kLearn:
    case Kind::kCheckpoint:
    case Kind::kResume:
      MoveState(command, t);
      break;
  }
}

void Pulse::MoveState(const handoff::Command& command, Nanoseconds t) {
  using Kind = handoff::Command::Kind;
  const MediaTime now = playing_ == nullptr ? 0 : plan::MediaTimeAt(playing_->plan().media, t);
  if (command.kind == Kind::kSnapshot) {
    command.slot->result = handoff::SnapshotSlot::Result::kNotHere;
    if (playing_ != nullptr) playing_->Snapshot(command.task, *command.slot);
    line_.snapshots.TrySend(command.slot);
    return;
  }
  Learned& learned = *command.learned;
  learned.outcome = Learned::Outcome::kNotWaiting;
  if (playing_ != nullptr) {
    if (command.kind == Kind::kLearn) playing_->Learn(learned, now);
    if (command.kind == Kind::kCheckpoint) playing_->Checkpoint(learned, now);
    if (command.kind == Kind::kResume) playing_->Resume(learned, now);
  }
  line_.learned.TrySend(&learned);
}

void Pulse::Arm(Engine* engine, Nanoseconds t) {
  if (!engine->waits_for_predecessor()) {
    Retire(armed_);
    armed_ = engine;
    return;
  }
  // What plays may have been stopped meanwhile, or changed: then there is nothing to go on with.
  for (Engine** const before : {&armed_, &playing_}) {
    if (*before == nullptr || !engine->IsSuccessorOf(**before)) continue;
    engine->Succeed(**before, plan::MediaTimeAt((*before)->plan().media, t));
    Retire(*before);
    *before = engine;
    return;
  }
  Retire(engine);
}

void Pulse::Retire(Engine*& engine) {
  // Room for all that can be retired between two looks of the other side; if it is dead, a leak is
  // the least trouble.
  if (engine != nullptr) {
    engine->Leave();
    line_.retired.TrySend(engine);
  }
  engine = nullptr;
}

}  // namespace continuo::agent::rt
