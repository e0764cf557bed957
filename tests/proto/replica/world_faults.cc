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
  const bool both_up = now >= nets_[0].down_until && now >= nets_[1].down_until;
  if (both_up && dice_.Chance(0.001)) {
    ++found_.downs;
    nets_[static_cast<std::size_t>(dice_.Below(2))].down_until =
        now + FramesOfMs(dice_.Between(1, 1000));
  }
  if (issuer_fuse_ < 0 && dice_.Chance(0.001)) issuer_fuse_ = static_cast<int>(dice_.Below(6));

  if (now > scene_.length - FramesOfMs(1500))
    return;  // who sleeps now will be awake when the world is judged
  if (now < calm_until_ || !(scene_.reckless || Settled())) return;
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

// All who are awake are in sync or out of the game, and at one about who is.
bool World::Settled() const {
  if (std::any_of(nodes_.begin(), nodes_.end(),
                  [](const Node& n) { return n.fuse >= 0 || n.asleep; }))
    return false;
  return std::all_of(tasks_.begin(), tasks_.end(), [this](const Task& task) {
    const auto in_sync = std::count_if(task.seats.begin(), task.seats.end(),
                                       [this](const auto& seat) { return InSync(*seat); });
    return std::all_of(task.seats.begin(), task.seats.end(), [&](const auto& seat) {
      const bool out = !nodes_[static_cast<std::size_t>(seat->node)].alive ||
                       seat->replica.state() == State::kEmpty;
      return out || (InSync(*seat) && seat->replica.live_members() == in_sync);
    });
  });
}

bool World::MayLose(const Node& node) const {
  return std::all_of(node.seats.begin(), node.seats.end(), [this](const Seat* seat) {
    return !InSync(*seat) || seat->replica.live_members() > 1;
  });
}

bool World::InSync(const Seat& seat) const {
  const Node& node = nodes_[static_cast<std::size_t>(seat.node)];
  return node.alive && !node.asleep && seat.replica.state() == State::kInSync;
}

// Keeps note of how the replicas of a node fare.
void World::Watch(Node& node) {
  for (Seat* seat : node.seats) {
    const State state = seat->replica.state();
    const bool good = InSync(*seat) && !seat->behind;
    if (!good) seat->good_since = kNever;
    if (good && seat->good_since == kNever) seat->good_since = calendar_.now();
    if (state == seat->seen) continue;
    found_.fences += state == State::kFenced;
    found_.returns += seat->seen == State::kFenced && state == State::kInSync;
    found_.emptied += state == State::kEmpty;
    seat->seen = state;
  }
}

}  // namespace continuo::replica
