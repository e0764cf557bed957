// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/state_giver.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace continuo::agent {
namespace {

using plan::ReplicaState;

constexpr std::chrono::seconds kPatience{2};
/// Slots that an audio thread which hangs may hold; far below what the line takes.
constexpr std::size_t kMaxAsked = 16;
/// A state may have grown since it was measured.
constexpr std::size_t kReserve = 16 << 10;

bool Computes(const handoff::ReplicaCounters& replica) {
  return replica.state == ReplicaState::kInSync || replica.state == ReplicaState::kTainted;
}

/// The one of that task that computes, if there is one.
const handoff::ReplicaCounters* ReplicaOf(const handoff::Counters& counters, plan::TaskId task) {
  const handoff::ReplicaCounters* best = nullptr;
  for (const handoff::ReplicaCounters& replica : counters.replicas) {
    if (replica.task == task && (best == nullptr || Computes(replica))) best = &replica;
  }
  return best;
}

}  // namespace

StateGiven StateGiver::Give(const StateWish& wish) {
  std::unique_lock lock(mutex_);
  if (closed_ || all_.size() >= kMaxAsked) {
    return {StateGiven::Answer::kNoAnswer, "its audio thread does not answer", {}};
  }
  const auto asked = all_.emplace(all_.end());
  asked->wish = wish;
  wake_();
  changed_.wait_for(lock, kPatience, [&] { return asked->answered || closed_; });
  if (!asked->answered) AnswerNothing(*asked);
  StateGiven given = std::move(asked->given);
  asked->left = true;
  if (!asked->out) all_.erase(asked);
  return given;
}

void StateGiver::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void StateGiver::AnswerNothing(Asked& asked) {
  if (asked.behind)
    return Answer(asked, StateGiven::Answer::kNotNow, "is behind what was asked for");
  Answer(asked, StateGiven::Answer::kNoAnswer, "its audio thread does not answer");
}

bool StateGiver::Turn(handoff::Line& line, const handoff::Counters& counters) {
  Slot* slot = nullptr;
  const std::lock_guard lock(mutex_);
  while (line.snapshots.TryReceive(slot)) TakeBack(slot);
  for (Asked& asked : all_) {
    if (!asked.out && !asked.answered) Ask(asked, line, counters);
  }
  std::erase_if(all_, [](const Asked& asked) { return asked.left && !asked.out; });
  changed_.notify_all();
  return std::ranges::any_of(all_, [](const Asked& asked) { return !asked.answered; });
}

void StateGiver::Ask(Asked& asked, handoff::Line& line, const handoff::Counters& counters) {
  using Given = StateGiven::Answer;
  const handoff::ReplicaCounters* const replica = ReplicaOf(counters, asked.wish.task);
  if (replica == nullptr) return Answer(asked, Given::kNotHere, "does not compute it");
  asked.tainted = replica->state == ReplicaState::kTainted;
  if (!Computes(*replica)) {
    return Answer(asked, Given::kNotNow,
                  std::string("is itself ") + plan::ToString(replica->state));
  }
  if (asked.tainted && !asked.wish.may_be_tainted)
    return Answer(asked, Given::kNotNow, "is tainted");
  if (asked.room == 0) asked.room = replica->state_bytes;
  // Its pages are touched here, so that the audio thread finds them.
  const std::size_t room = asked.room + kReserve;
  if (asked.slot == nullptr || asked.slot->bytes.size() < room) {
    asked.slot = std::make_unique<Slot>(room);
  }
  asked.slot->not_before = asked.wish.not_before;
  asked.out = line.commands.TrySend({.kind = handoff::Command::Kind::kSnapshot,
                                     .task = asked.wish.task,
                                     .slot = asked.slot.get()});
}

void StateGiver::TakeBack(Slot* slot) {
  const auto asked = std::ranges::find(all_, slot, [](const Asked& one) { return one.slot.get(); });
  if (asked == all_.end()) return;
  asked->out = false;
  if (asked->left) return;
  switch (slot->result) {
    case Slot::Result::kWritten:
      return Open(*asked);
    case Slot::Result::kTooSmall:
      asked->room = slot->needed;  // asked again in this turn
      return;
    case Slot::Result::kNotYet:
      asked->behind = true;  // likewise
      return;
    case Slot::Result::kPending:
    case Slot::Result::kNotHere:
      return Answer(*asked, StateGiven::Answer::kNotNow, "has no state to give");
  }
}

void StateGiver::Open(Asked& asked) {
  Slot& slot = *asked.slot;
  slot.bytes.resize(slot.used);
  handoff::Image image;
  const char* const wrong = handoff::ParseImage(slot.bytes, image);
  if (wrong != nullptr) return Answer(asked, StateGiven::Answer::kNotNow, wrong);
  if (image.head.generation != asked.wish.generation) {
    return Answer(asked, StateGiven::Answer::kNotHere, "computes another generation of it");
  }
  asked.given.state = {std::move(slot.bytes), slot.next, slot.incarnation, asked.tainted};
  Answer(asked, StateGiven::Answer::kGiven, "");
}

void StateGiver::Answer(Asked& asked, StateGiven::Answer answer, std::string why) {
  asked.given.answer = answer;
  asked.given.why = std::move(why);
  asked.answered = true;
}

}  // namespace continuo::agent
