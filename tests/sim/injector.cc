// SPDX-License-Identifier: Apache-2.0
#include "sim/injector.h"

#include <algorithm>

#include "sim/world.h"

namespace continuo::sim {
namespace {

/// After a fault is over; the promise of DESIGN.
constexpr Nanoseconds kRestorationLimit = Ms(5000);
/// From the ledger into the last replica, if nothing is wrong.
constexpr Nanoseconds kNewsTravels = Ms(1000);

/// A board plays on when its bridge is gone, and may have been left out meanwhile.
bool IsPlanned(const plan::Plan& plan, const ReplicaLook& look) {
  const plan::Task* const task = plan::FindTask(plan, look.task);
  return task != nullptr && std::ranges::find(task->replicas, look.self,
                                              &plan::Replica::incarnation) != task->replicas.end();
}

}  // namespace

Injector::Healths Injector::LookAtAll(const IsGone& is_gone) const {
  const Nanoseconds now = world_.calendar().now();
  Healths healths;
  for (const plan::Task& task : world_.ledger().plan.tasks) {
    healths.resize(std::max(healths.size(), std::size_t{task.description.id} + 1));
  }
  for (const auto& machine : world_.machines()) {
    if (is_gone(*machine) || !World::Awake(*machine, now)) continue;
    machine->process->ForEachReplica([&](const ReplicaLook& look) {
      const replica::Replica& replica = *look.replica;
      if (replica.state() != replica::State::kInSync || look.task >= healths.size()) return;
      if (machine->is_board && !IsPlanned(world_.ledger().plan, look)) return;
      Health& health = healths[look.task];
      const int live = replica.live_members();
      if (++health.members > 1 && health.live != live) health.agree = false;
      health.live = live;
      const int stays = replica.standing() == wire::Standing::kMember ? 1 : 0;
      if (replica.witness()) {
        health.witnesses += stays;
        return;
      }
      ++health.playing;
      health.in_sync += stays;
    });
  }
  for (Health& health : healths) health.agree &= health.live == health.members;
  return healths;
}

/// How many nodes may have a replica of it.
int Injector::RoomFor(const plan::Task& task) const {
  const std::vector<std::string>& on = world_.scene().KeptOn(task.description.name.view());
  int room = 0;
  for (const auto& machine : world_.machines()) {
    const coordinator::NodeRecord* const record = FindNode(world_.ledger(), machine->name);
    const bool may = on.empty() ? machine->can_compute
                                : std::find(on.begin(), on.end(), machine->name) != on.end();
    room += may && record != nullptr && !record->drained ? 1 : 0;
  }
  return room;
}

bool Injector::Whole(const Healths& healths, std::string* why) const {
  const auto no = [why](const std::string& text) {
    if (why != nullptr) *why = text;
    return false;
  };
  const coordinator::Ledger& ledger = world_.ledger();
  for (const auto& machine : world_.machines()) {
    if (!World::Awake(*machine, world_.calendar().now())) return no(machine->name + " is away");
    if (!machine->process->whole()) return no(machine->name + " is not whole");
    if (machine->process->strike().kind != Strike::Kind::kNone)
      return no(machine->name + " is being struck");
  }
  for (const plan::Task& task : ledger.plan.tasks) {
    const std::string name(task.description.name.view());
    // One that a changed show brings has not begun yet.
    if (world_.TrueTimeOf(task.span.begins) > world_.calendar().now()) continue;
    const Health& health = healths[task.description.id];
    if (!health.agree) return no("replicas of " + name + " do not agree about who is there");
    if (health.in_sync == 0) return no("nobody plays " + name);
    const int room = RoomFor(task);
    const int possible = std::min(task.wanted, room);
    if (health.in_sync < possible) {
      return no(std::to_string(health.in_sync) + " of " + std::to_string(possible) +
                " replicas of " + name + " are in sync");
    }
    if (task.wanted == 1 && room > 1 && health.left() < 2) return no(name + " has no witness");
  }
  return true;
}

bool Injector::Settled(const Healths& healths, std::string* why) const {
  const auto no = [why](const std::string& text) {
    if (why != nullptr) *why = text;
    return false;
  };
  if (!world_.council().whole()) return no("the coordinators are not whole");
  for (int i = 0; i < plan::kMaxNetworks; ++i) {
    if (!world_.network(i).whole()) return no("a network is not whole");
  }
  if (!Whole(healths, why)) return false;
  const plan::Plan& plan = world_.ledger().plan;
  for (const auto& machine : world_.machines()) {
    if (!machine->process->connected()) return no(machine->name + " is not attached");
    const coordinator::NodeRecord* const record = FindNode(world_.ledger(), machine->name);
    if (record == nullptr || record->connection != machine->process->connection() || record->dead)
      return no(machine->name + " is not known to be there");
    if (plan::FindNode(plan, record->id) == nullptr) continue;
    if (machine->process->node().held_version() != plan.version)
      return no(machine->name + " does not hold the plan");
  }
  return true;
}

bool Injector::MayLose(const IsGone& is_gone) const {
  const Healths healths = LookAtAll(is_gone);
  const plan::Plan& plan = world_.ledger().plan;
  return std::all_of(plan.tasks.begin(), plan.tasks.end(), [&](const plan::Task& task) {
    const Health& health = healths[task.description.id];
    return health.in_sync > 0 || (task.wanted == 1 && health.witnesses > 0);
  });
}

// All replicas of a task, as they are: for people who look for a cause.
std::string Injector::Describe(std::uint32_t task) const {
  std::string text;
  for (const auto& machine : world_.machines()) {
    if (machine->process == nullptr) continue;
    machine->process->ForEachReplica([&](const ReplicaLook& look) {
      const replica::Replica& replica = *look.replica;
      if (look.task != task) return;
      text += "; " + machine->name + " incarnation " + std::to_string(look.self) + " state " +
              std::to_string(static_cast<int>(replica.state())) + " standing " +
              std::to_string(static_cast<int>(replica.standing())) + " of " +
              std::to_string(replica.live_members()) + (replica.witness() ? " witness" : "");
    });
  }
  return text;
}

// A migration never lowers the number of replicas in sync: between two faults it only falls where fewer are wanted.
void Injector::Watch(const Healths& healths) {
  // Who leaves may not have heard yet that more are wanted now.
  const bool news = world_.calendar().now() < asked_at_ + kNewsTravels;
  for (const plan::Task& task : world_.ledger().plan.tasks) {
    const int in_sync = healths[task.description.id].playing;
    int& best = best_[task.description.id];
    best = std::min(best, news ? std::min(task.wanted, in_sync) : task.wanted);
    if (in_sync < best) {
      world_.Broken("without a fault " + std::string(task.description.name.view()) + " fell from " +
                    std::to_string(best) + " replicas in sync to " + std::to_string(in_sync) +
                    Describe(task.description.id));
      best = 0;
    }
    best = std::max(best, in_sync);
  }
}

// Redundancy is back in time after a fault, or after operators have asked for more.
void Injector::WatchRestoration(const Healths& healths) {
  const Nanoseconds now = world_.calendar().now();
  std::string why;
  if (whole_at_ == 0 || Whole(healths, &why)) whole_at_ = now;
  int wanted = 0;
  for (const plan::Task& task : world_.ledger().plan.tasks) wanted += task.wanted;
  if (wanted > wanted_) asked_at_ = now;
  wanted_ = wanted;
  if (now <= std::max({whole_at_, over_at_, asked_at_}) + kRestorationLimit || complained_) return;
  complained_ = true;
  world_.Broken("redundancy did not return within 5 s: " + why);
}

void Injector::Poll() {
  const Nanoseconds now = world_.calendar().now();
  const auto& faults = world_.scene().faults;
  if (stopped_ || next_ >= faults.size() || now < over_at_) return;
  const Fault& fault = faults[next_];
  if (world_.scene().reckless) {
    if (now < over_at_ + fault.after / 2) return;
    ++next_;
    over_at_ = now;
    Strike(fault);
    return;
  }
  const Healths healths = LookAtAll(Nobody);
  WatchRestoration(healths);
  if (!Settled(healths, nullptr)) {
    if (!best_.empty()) Watch(healths);
    settled_since_ = kNever;
    return;
  }
  if (settled_since_ == kNever) settled_since_ = now;
  Watch(healths);
  if (now < settled_since_ + fault.after) return;
  ++next_;
  settled_since_ = kNever;
  best_.clear();
  over_at_ = now;
  if (!Strike(fault)) return;
  past_.push_back({fault.kind, now, over_at_});
  if (world_.tracing()) {
    world_.Trace(std::string("fault ") + std::to_string(next_ - 1) + ": " + ToString(fault.kind) +
                 " for " + std::to_string((over_at_ - now) / 1'000'000) + " ms");
  }
}

// What only lost rows knew of joins may be undone.
void Injector::Forget() {
  best_.clear();
}

bool Injector::OnlyCoordinators(Nanoseconds t) const {
  constexpr Nanoseconds kAftermath = Ms(4000);
  bool any = false;
  for (const Past& past : past_) {
    if (t < past.from || t > past.until + kAftermath) continue;
    any = true;
    const bool coordinator = past.kind == FaultKind::kCrash || past.kind == FaultKind::kFreeze ||
                             past.kind == FaultKind::kFull || past.kind == FaultKind::kElection ||
                             past.kind == FaultKind::kOffStore || past.kind == FaultKind::kTorn ||
                             past.kind == FaultKind::kLostSync || past.kind == FaultKind::kRot;
    if (!coordinator) return false;
  }
  return any;
}

}  // namespace continuo::sim
