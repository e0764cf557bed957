// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include "proto/replica/world.h"

// The listeners and the judgement.

namespace continuo::replica {

// First unflagged copy wins and replaces a flagged one; unflagged copies are compared whenever they come.
void World::OnPacket(int task, PacketIndex k, std::uint64_t sound, bool flagged) {
  auto& slots = tasks_[static_cast<std::size_t>(task)].slots;
  if (k >= static_cast<PacketIndex>(slots.size())) return;
  Slot& slot = slots[static_cast<std::size_t>(k)];
  if (slot.heard && !slot.flagged && !flagged && slot.sound != sound) ++found_.diverged;
  if (calendar_.now() <= (k + 1) * knobs_.quantum + knobs_.playout) slot.in_time = true;
  if (slot.heard && (flagged || !slot.flagged)) return;
  slot.heard = true;
  slot.flagged = flagged;
  slot.sound = sound;
}

// At its deadline a packet must be there, if all the while it could be made some replica was awake and in sync.
void World::Close(Task& task) {
  for (; calendar_.now() > (task.due + 1) * knobs_.quantum + knobs_.playout; ++task.due) {
    if (task.slots[static_cast<std::size_t>(task.due)].in_time) continue;
    found_.missing += task.good_since <= task.due * knobs_.quantum - knobs_.promise;
  }
}

// All unflagged packets must be of one lineage, whoever sent them: that of the replica that came farthest.
const World::Seat& World::Truth(const Task& task) const {
  return **std::max_element(task.seats.begin(), task.seats.end(),
                            [](const auto& a, const auto& b) { return a->clean < b->clean; });
}

void World::Judge(const Task& task) {
  const Seat& truth = Truth(task);
  found_.dead_tasks += std::none_of(task.seats.begin(), task.seats.end(),
                                    [this](const auto& s) { return Plays(*s); });
  std::uint64_t state = 0;
  for (PacketIndex k = 0; k < task.due; ++k) {
    const Slot& slot = task.slots[static_cast<std::size_t>(k)];
    ++found_.packets;
    found_.flagged += slot.heard && slot.flagged;
    if (k < truth.clean) state = Play(state, k, truth.applied[static_cast<std::size_t>(k)]);
    found_.wrong += slot.heard && !slot.flagged && (k >= truth.clean || slot.sound != state);
  }
  for (const auto& seat : task.seats) {
    const auto both = static_cast<std::ptrdiff_t>(std::min(seat->clean, truth.clean));
    found_.disagreed +=
        !std::equal(seat->applied.begin(), seat->applied.begin() + both, truth.applied.begin());
  }
}

// Who is held up for ever is of no use, whatever it says of itself.
bool World::KeepsUp(const Seat& seat) const {
  return seat.replica.next() * knobs_.quantum >= calendar_.now() - knobs_.playout;
}

// As many as were wanted go on without one that has left; one that is admitted, but has not heard yet that all know of
// it, is believed. Who died a moment ago had consented.
void World::JudgeLeave(const Seat& leaver) {
  const Task& task = tasks_[static_cast<std::size_t>(leaver.task)];
  const auto others = std::count_if(task.seats.begin(), task.seats.end(), [&](const auto& s) {
    const bool computes = Alive(*s) && s->replica.standing() != wire::Standing::kLearner;
    const Node& node = NodeOf(*s);
    const bool died = calendar_.now() < node.died + knobs_.silence;
    return s.get() != &leaver && (computes || died) && !s->replica.witness();
  });
  found_.lowered += others < task.wanted;
}

// Long after the last fault all redundancy must be back.
void World::JudgeEnd(const Task& task) {
  const auto playing = std::count_if(task.seats.begin(), task.seats.end(),
                                     [this](const auto& s) { return Plays(*s) && KeepsUp(*s); });
  const auto watching = std::count_if(task.seats.begin(), task.seats.end(), [this](const auto& s) {
    return InSync(*s) && s->replica.witness();
  });
  found_.unrestored += playing < task.wanted || (task.witnessed && watching == 0);
}

void World::JudgeVerdict(const Order& order) {
  const Seat& truth = Truth(tasks_[static_cast<std::size_t>(order.task)]);
  const auto k = static_cast<std::size_t>(PacketOf(order.event.at, knobs_.quantum));
  if (static_cast<PacketIndex>(k) >= truth.clean) return;
  const bool acted = std::ranges::count(truth.applied[k], order.event.id) > 0;
  found_.committed += order.verdict == Verdict::kCommitted;
  found_.expired += order.verdict == Verdict::kExpired;
  found_.open += order.verdict == Verdict::kNone;
  found_.lost += order.verdict == Verdict::kCommitted && !acted;
  found_.haunting += order.verdict == Verdict::kExpired && acted;
}

bool Findings::Good(bool reckless) const {
  const bool true_sound =
      wrong == 0 && diverged == 0 && disagreed == 0 && unequal == 0 && misled == 0;
  if (reckless) return true_sound;
  return true_sound && missing == 0 && lost == 0 && haunting == 0 && two_verdicts == 0 &&
         dead_tasks == 0 && unrestored == 0 && lonely == 0 && lowered == 0;
}

void Findings::Add(const Findings& o) {
  const auto add = [&](auto... member) { ((this->*member += o.*member), ...); };
  using F = Findings;
  add(&F::wrong, &F::missing, &F::diverged, &F::disagreed, &F::lost, &F::haunting, &F::two_verdicts,
      &F::dead_tasks);
  add(&F::packets, &F::flagged, &F::committed, &F::expired, &F::open, &F::kills, &F::stalls,
      &F::machine_stalls);
  add(&F::unrestored, &F::lonely, &F::lowered, &F::misled, &F::unequal, &F::starts, &F::learned,
      &F::refused, &F::altered, &F::mismatches, &F::joined, &F::failed);
  add(&F::moves, &F::cancelled, &F::retired, &F::checkpoints, &F::resumed, &F::restarts,
      &F::storms);
  add(&F::bursts, &F::downs, &F::crashes, &F::fences, &F::returns, &F::emptied, &F::presses);
}

std::string Findings::Text() const {
  std::ostringstream text;
  text << "wrong " << wrong << " missing " << missing << " diverged " << diverged << " disagreed "
       << disagreed << " | committed " << committed << " (lost " << lost << ") expired " << expired
       << " (applied " << haunting << ") open " << open << " two verdicts " << two_verdicts
       << " | packets " << packets << " flagged " << flagged << " dead tasks " << dead_tasks
       << " | kills " << kills << " stalls " << stalls << " of all " << machine_stalls << " deaf "
       << bursts << " nets down " << downs << " issuer crashes " << crashes << " | fenced "
       << fences << " returned " << returns << " emptied " << emptied << " pressed " << presses;
  if (starts == 0) return text.str();
  text << " | unrestored " << unrestored << " lonely " << lonely << " lowered " << lowered
       << " misled " << misled << " unequal " << unequal << " | started " << starts << " learned "
       << learned << " (refused " << refused << ") altered " << altered << " mismatches told "
       << mismatches << " joined " << joined << " failed " << failed << " | moves " << moves
       << " cancelled " << cancelled << " retired " << retired << " checkpoints " << checkpoints
       << " resumed " << resumed << " restarts " << restarts << " storms " << storms;
  return text.str();
}

}  // namespace continuo::replica
