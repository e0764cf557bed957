// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "proto/replica/world.h"

// The coordinator of the virtual world, which lists and drops replicas, and how nodes carry that out. It may be away at
// any time, and nobody hears of its plans at the same time as anybody else.

namespace continuo::replica {
namespace {

constexpr Frames kJoinTimeout = FramesOfMs(1200);

}  // namespace

void World::Coordinate() {
  const MediaTime now = calendar_.now();
  if (now < coordinator_down_until_) return;
  const bool calm = now > scene_.length - FramesOfMs(4000);
  if (!calm && dice_.Chance(0.0005))
    coordinator_down_until_ = now + FramesOfMs(dice_.Between(50, 1500));
  for (std::size_t t = 0; t < tasks_.size(); ++t) {
    if (dice_.Chance(0.05)) Look(static_cast<int>(t));
    if (dice_.Chance(0.005)) Publish(static_cast<int>(t));
  }
}

// Before a joiner is given up everybody stays: it may be admitted in this very moment, and who leaves would count on
// it.
bool World::CallBack(int id) {
  bool any = false;
  for (auto& seat : tasks_[static_cast<std::size_t>(id)].seats) {
    if (!seat->listed || !seat->leaving) continue;
    seat->leaving = false;
    any = true;
  }
  if (any) Publish(id);
  return any;
}

// Is this seat of no use any more?
bool World::Lost(Seat& seat) {
  const State state = seat.replica.state();
  const Frames age = calendar_.now() - seat.since;
  // No word from it, or none yet: it is not the join that fails.
  if (NodeOf(seat).asleep || (seat.runs && calendar_.now() < woke_ + FramesOfMs(300))) return false;
  const Frames patience = (seat.witness ? 2 : 1) * kJoinTimeout;
  if (seat.joins && !seat.grown && age > patience) {
    if (seat.runs && CallBack(seat.task)) {
      seat.since = calendar_.now() - patience + FramesOfMs(350);  // a plan has reached all by then
      return false;
    }
    ++found_.failed;
    return true;
  }
  if (!seat.runs) return !seat.joins || seat.lived || age > FramesOfMs(300);
  if (state == State::kEmpty || seat.replica.cut_off()) return true;
  return state == State::kClosed && age > FramesOfMs(60);
}

void World::Look(int id) {
  Task& task = tasks_[static_cast<std::size_t>(id)];
  bool changed = false;
  for (auto& seat : task.seats) {
    if (!seat->listed || !Lost(*seat)) continue;
    seat->listed = false;
    changed = true;
  }
  changed |= Change(id);
  if (changed) Publish(id);
}

bool World::Change(int id) {
  Task& task = tasks_[static_cast<std::size_t>(id)];
  std::vector<Seat*> staying;
  int listed = 0, watching = 0, young = 0;
  bool changed = false;
  for (auto& seat : task.seats) {
    if (!seat->listed) continue;
    ++listed;
    young += seat->joins && !seat->grown;
    const bool cured = std::any_of(task.seats.begin(), task.seats.end(),
                                   [this](const auto& s) { return Plays(*s); });
    if (cured && seat->runs && seat->replica.state() == State::kTainted && !seat->leaving &&
        calendar_.now() - seat->since > FramesOfMs(200)) {
      seat->leaving = changed = true;  // to be repaired
    }
    if (seat->leaving) {
      if (!dice_.Chance(scene_.fickle ? 0.1 : 0.01) || seat->replica.state() == State::kTainted)
        continue;
      ++found_.cancelled;
      seat->leaving = false;
      changed = true;
    }
    if (seat->witness) {
      ++watching;
    } else {
      staying.push_back(seat.get());
    }
  }
  if (listed >= wire::kMaxMembers || young >= 2) return changed;
  if (static_cast<int>(staying.size()) < task.wanted) {
    Add(id, false);
    return true;
  }
  if (task.witnessed && watching == 0) {
    Add(id, true);
    return true;
  }
  const bool calm = calendar_.now() > scene_.length - FramesOfMs(4000);
  if (!calm && young == 0 && dice_.Chance(scene_.fickle ? 0.4 : 0.02)) {
    ++found_.moves;
    staying[static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(staying.size())))]
        ->leaving = true;
    return true;
  }
  if (static_cast<int>(staying.size()) >
      task.wanted) {  // a move was cancelled: the last to come goes
    staying.back()->leaving = true;
    return true;
  }
  return changed;
}

void World::Add(int id, bool witness) {
  Task& task = tasks_[static_cast<std::size_t>(id)];
  std::vector<int> free;
  for (const Node& node : nodes_) {
    const bool taken = std::any_of(task.seats.begin(), task.seats.end(), [&](const auto& seat) {
      return seat->listed && seat->node == node.id;
    });
    if (node.alive && !taken) free.push_back(node.id);
  }
  if (free.empty()) return;
  ++found_.starts;
  task.seats.push_back(std::make_unique<Seat>());
  Seat& seat = *task.seats.back();
  seat.task = id;
  seat.node = free[static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(free.size())))];
  seat.self = static_cast<Incarnation>(task.seats.size());
  seat.joins = true;
  seat.witness = witness;
  seat.seen = State::kLearning;
  seat.since = calendar_.now();
  seat.ahead = task.seats.front()->ahead;
}

void World::Publish(int id) {
  const int version = ++tasks_[static_cast<std::size_t>(id)].version;
  for (Node& node : nodes_) {
    const Frames delay = dice_.Chance(0.1) ? FramesOfMs(300) : FramesOfMs(60);
    calendar_.In(dice_.Between(6, delay), [this, &node, id, version] {
      Reach(node, [this, &node, id, version] { OnPlan(node, id, version); });
    });
  }
}

// What it reads is the plan as it is by now; that comes to the same as a plan that was not so long on its way.
void World::OnPlan(Node& node, int id, int version) {
  if (node.versions[id] >= version) return;
  node.versions[id] = version;
  Task& task = tasks_[static_cast<std::size_t>(id)];
  std::vector<Incarnation> listed;
  for (const auto& seat : task.seats) {
    if (seat->listed) listed.push_back(seat->self);
  }
  for (auto& seat : task.seats) {
    if (seat->node == node.id && seat->listed && seat->joins && !seat->lived) Begin(*seat, listed);
  }
  std::erase_if(node.seats, [id](Seat* seat) {
    if (seat->task != id || seat->listed) return false;
    seat->runs = seat->good = false;
    return true;
  });
  for (Seat* seat : node.seats) {
    if (seat->task != id) continue;
    for (const auto& other : task.seats) {
      if (other->listed) {
        seat->replica.Know(other->self, other->witness);
      } else {
        seat->replica.Drop(other->self);
      }
    }
    if (seat->leaving) {
      seat->replica.Retire(task.wanted);
    } else {
      seat->replica.Stay();
    }
  }
}

void World::Begin(Seat& seat, const std::vector<Incarnation>& listed) {
  Config config = ConfigOf(seat.task);
  config.self = seat.self;
  config.joins = true;
  config.witness = seat.witness;
  for (const Incarnation member : listed) config.members.push_back(member);
  seat.replica.Start(config, Clock(NodeOf(seat)));
  seat.runs = seat.lived = true;
  NodeOf(seat).seats.push_back(&seat);
}

// What the owner of a joiner or witness does in each period.
void World::Drive(Node& node, Seat& seat) {
  Replica& replica = seat.replica;
  Incarnation learner = 0;
  while (replica.TakeMismatch(learner)) {
    ++found_.mismatches;
    const Seat& its = *tasks_[static_cast<std::size_t>(seat.task)].seats[learner - 1];
    found_.misled += its.pure && !its.altered && replica.state() == State::kInSync;
  }
  if (replica.ShouldResume() && dice_.Chance(0.2) &&
      replica.Resume(seat.checkpoint.next, seat.checkpoint.evseq)) {
    ++found_.resumed;
    seat.witness = false;
    seat.state = seat.checkpoint.state;
    seat.applied = seat.checkpoint.applied;
  }
  if (calendar_.now() < seat.asks_again) return;
  if (!replica.bare() && !replica.witness()) return;
  seat.asks_again = calendar_.now() +
                    FramesOfMs(replica.bare() ? dice_.Between(20, 600) : dice_.Between(100, 900));
  Fetch(node, seat);
}

void World::Fetch(Node& node, Seat& seat) {
  std::vector<Seat*> donors;
  for (auto& other : tasks_[static_cast<std::size_t>(seat.task)].seats) {
    if (other->runs && other.get() != &seat && !other->replica.witness())
      donors.push_back(other.get());
  }
  if (donors.empty()) return;
  Seat& donor =
      *donors[static_cast<std::size_t>(dice_.Below(static_cast<std::int64_t>(donors.size())))];
  calendar_.In(dice_.Between(6, FramesOfMs(5)), [this, &node, &seat, &donor] {
    Reach(NodeOf(donor), [this, &node, &seat, &donor] {
      if (!donor.runs) return;
      std::vector<std::uint8_t> image(Replica::kMaxSnapshotBytes);
      ByteWriter out(image);
      donor.replica.Snapshot(out);
      image.resize(out.size());
      const bool pure = donor.replica.state() == State::kInSync;
      const Sound sound{donor.replica.next(), donor.replica.evseq(), donor.state, donor.applied};
      calendar_.In(dice_.Between(6, FramesOfMs(dice_.Chance(0.2) ? 600 : 40)),
                   [this, &node, &seat, image, sound, pure] {
                     Reach(node, [this, &seat, image, sound, pure] {
                       if (seat.replica.bare()) seat.pure = pure;
                       OnImage(seat, image, sound);
                     });
                   });
    });
  });
}

void World::OnImage(Seat& seat, const std::vector<std::uint8_t>& image, const Sound& sound) {
  if (!seat.runs || image.size() < 2) return;
  Replica& replica = seat.replica;
  if (replica.bare()) {
    ByteReader in(image);
    if (!replica.Learn(in, Clock(NodeOf(seat)))) {
      ++found_.refused;
      return;
    }
    ++found_.learned;
    seat.state = sound.state;
    seat.applied = sound.applied;
    seat.checkpoint = sound;
    const bool calm = calendar_.now() > scene_.length - FramesOfMs(4000);
    seat.altered = !seat.witness && dice_.Chance(0.05) && !calm;
    if (!seat.altered) return;
    seat.state ^= 1;
    ++found_.altered;
  } else if (replica.witness() && sound.next > seat.checkpoint.next) {
    ++found_.checkpoints;
    seat.checkpoint = sound;
    replica.Checkpointed(sound.next);
  }
}

// A machine that was dead is there again, and knows nothing.
void World::Rebirth(Node& node) {
  if (!scene_.churn || calendar_.now() < node.reborn) return;
  ++found_.restarts;
  node.alive = true;
  node.asleep = false;
  node.fuse = -1;
  node.room = 3000;
  node.seats.clear();
  node.inbox.clear();
  node.outbox.clear();
}

}  // namespace continuo::replica
