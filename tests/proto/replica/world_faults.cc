// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/world.h"

// What befalls the cluster, and when. One fault at a time, the next when the survivors have agreed on it and some
// redundancy is left; a world that is reckless does not care.

namespace continuo::replica {

void World::Disturb() {
  const MediaTime now = calendar_.now();
  // Always possible, even together with other faults: one direction deaf for a while, one network gone, the issuer.
  if (dice_.Chance(0.005)) {
    const auto any = [this] {
      return static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(nodes_.size())));
    };
    const std::size_t from = any();
    Deafen(from, any());
  }
  if (scene_.harsh && dice_.Chance(0.02)) Isolate();
  const bool both_up = now >= nets_[0].down_until && now >= nets_[1].down_until;
  if (both_up && dice_.Chance(0.001)) {
    ++found_.downs;
    nets_[static_cast<std::size_t>(dice_.Below(2))].down_until =
        now + FramesOfMs(dice_.Between(1, 1000));
  }
  if (issuer_fuse_ < 0 && dice_.Chance(0.001)) issuer_fuse_ = static_cast<int>(dice_.Below(6));

  if (now > scene_.length - FramesOfMs(scene_.churn ? 4000 : 1500))
    return;  // who sleeps now will be awake when the world is judged
  if (now < calm_until_ || !(scene_.reckless || Settled())) return;
  // Who has just pressed its last fellow out cannot ask it any more: that was the fault of this while.
  if (scene_.churn && !scene_.reckless && now < pressed_ + 4 * knobs_.silence) return;
  calm_until_ = now + FramesOfMs(dice_.Between(10, scene_.reckless ? 200 : 1000));
  if (dice_.Chance(0.2)) {
    ++found_.machine_stalls;
    const Frames sleep = SleepLength();
    for (Node& node : nodes_) StrikeNode(node, Strike::kStall, sleep + dice_.Below(FramesOfMs(4)));
    return;
  }
  Node& node =
      nodes_[static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(nodes_.size())))];
  if (!node.alive || !(scene_.reckless || MayLose(node))) return;
  const bool kill = dice_.Chance(0.4);
  ++(kill ? found_.kills : found_.stalls);
  StrikeNode(node, kill ? Strike::kKill : Strike::kStall, SleepLength());
}

Frames World::SleepLength() {
  if (dice_.Chance(0.3)) return dice_.Between(FramesOfMs(5), knobs_.silence / 2);
  if (dice_.Chance(0.5)) return dice_.Between(knobs_.silence / 2, 2 * knobs_.silence);
  return FramesOfMs(dice_.Between(5, 3000));
}

void World::Deafen(std::size_t from, std::size_t to) {
  ++found_.bursts;
  deaf_until_[from][to] = calendar_.now() + dice_.Between(1, knobs_.silence / 2);
}

// Somebody hears hardly anybody.
void World::Isolate() {
  const auto count = static_cast<std::int64_t>(nodes_.size());
  const auto to = static_cast<std::size_t>(dice_.Below(count));
  const Frames length = dice_.Between(FramesOfMs(2), FramesOfMs(10));
  for (std::size_t from = 0; from < nodes_.size(); ++from) {
    if (dice_.Chance(0.8)) deaf_until_[from][to] = calendar_.now() + length;
  }
}

void World::StrikeNode(Node& node, Strike strike, Frames sleep) {
  if (!node.alive || node.asleep) return;
  node.strike = strike;
  node.wake = std::min(calendar_.now() + sleep, scene_.length - FramesOfMs(1000));
  node.fuse = static_cast<int>(dice_.Below(12));
  if (!hostile_) return;
  const auto other =
      static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(nodes_.size())));
  Deafen(static_cast<std::size_t>(node.id), other);
  Deafen(other, static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(nodes_.size()))));
}

void World::FallAsleep(Node& node) {
  node.asleep = true;
  if (dice_.Chance(0.5)) node.room = 20;  // audio has filled the sockets
  Watch(node);
}

// All who are awake are in sync, join, or are out of the game, and nobody waits for one who is.
bool World::Settled() const {
  if (std::any_of(nodes_.begin(), nodes_.end(),
                  [](const Node& n) { return n.fuse >= 0 || n.asleep; }))
    return false;
  return std::all_of(tasks_.begin(), tasks_.end(), [this](const Task& task) {
    return std::all_of(task.seats.begin(), task.seats.end(), [&](const auto& seat) {
      if (!Alive(*seat) || seat->replica.state() == State::kLearning) return true;
      return InSync(*seat) &&
             std::none_of(task.seats.begin(), task.seats.end(), [&](const auto& other) {
               return seat->replica.Needs(other->self) && !Alive(*other);
             });
    });
  });
}

// Some other must play on. A witness that is about to resume is the last one.
bool World::MayLose(const Node& node) const {
  return std::all_of(node.seats.begin(), node.seats.end(), [&](const Seat* seat) {
    const Task& task = tasks_[static_cast<std::size_t>(seat->task)];
    if (!InSync(*seat)) return true;
    return std::any_of(task.seats.begin(), task.seats.end(), [&](const auto& other) {
      if (other.get() == seat || !InSync(*other)) return false;
      return Plays(*other) || (other->replica.witness() && !seat->replica.witness());
    });
  });
}

bool World::Alive(const Seat& seat) const {
  const State state = seat.replica.state();
  return seat.runs && state != State::kEmpty && state != State::kClosed;
}

bool World::InSync(const Seat& seat) const {
  return seat.runs && !nodes_[static_cast<std::size_t>(seat.node)].asleep &&
         seat.replica.state() == State::kInSync;
}

bool World::Plays(const Seat& seat) const {
  const Replica& replica = seat.replica;
  return InSync(seat) && !replica.witness() &&
         (!seat.joins || replica.next() > replica.joined_from());
}

// Keeps note of how the replicas of a node fare.
void World::Watch(Node& node) {
  for (Seat* seat : node.seats) {
    Task& task = tasks_[static_cast<std::size_t>(seat->task)];
    const State state = seat->replica.state();
    seat->good = Plays(*seat) && !seat->behind;
    const bool good =
        std::any_of(task.seats.begin(), task.seats.end(), [](const auto& s) { return s->good; });
    if (!good) task.good_since = kNever;
    if (good && task.good_since == kNever) task.good_since = calendar_.now();
    if (state == seat->seen) continue;
    found_.fences += state == State::kFenced;
    found_.returns += seat->seen == State::kFenced && state == State::kInSync;
    found_.emptied += state == State::kEmpty;
    found_.retired += state == State::kClosed;
    found_.lonely += state == State::kClosed && !scene_.reckless && task.wanted > 1 &&
                     std::none_of(task.seats.begin(), task.seats.end(), [](const auto& s) {
                       return s->runs && s->replica.state() == State::kInSync;
                     });
    if (state == State::kClosed) JudgeLeave(*seat);
    if ((state == State::kInSync || state == State::kTainted) && !seat->grown) {
      seat->grown = true;
      ++found_.joined;
    }
    seat->seen = state;
    seat->since = calendar_.now();
  }
}

}  // namespace continuo::replica
