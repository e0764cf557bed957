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

Injector::Healths Injector::LookAtAll(const Machine* without) const {
  const Nanoseconds now = world_.calendar().now();
  Healths healths;
  for (const plan::Task& task : world_.ledger().plan.tasks) {
    healths.resize(std::max(healths.size(), std::size_t{task.description.id} + 1));
  }
  for (const auto& machine : world_.machines()) {
    if (machine.get() == without || !World::Awake(*machine, now)) continue;
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

bool Injector::MayLose(const Machine& machine) const {
  const Healths healths = LookAtAll(&machine);
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
  const Healths healths = LookAtAll(nullptr);
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

Machine* Injector::PickMachine(std::uint64_t pick) {
  auto& machines = world_.machines();
  Machine& machine = *machines[pick % machines.size()];
  const bool fit = World::Awake(machine, world_.calendar().now()) &&
                   machine.process->strike().kind == Strike::Kind::kNone;
  return fit && (world_.scene().reckless || MayLose(machine)) ? &machine : nullptr;
}

// True if it struck.
bool Injector::Strike(const Fault& fault) {
  Outcome& outcome = world_.outcome();
  const Nanoseconds end = world_.calendar().now() + fault.length;
  switch (fault.kind) {
    case FaultKind::kKill:
    case FaultKind::kStall:
    case FaultKind::kLink:
    case FaultKind::kSlow:
      if (!StrikeMachine(fault)) return false;
      break;
    case FaultKind::kCrash:
    case FaultKind::kFreeze:
    case FaultKind::kFull:
    case FaultKind::kElection:
    case FaultKind::kOffStore:
    case FaultKind::kOffAgents:
    case FaultKind::kOffBoth:
    case FaultKind::kTorn:
    case FaultKind::kLostSync:
    case FaultKind::kRot:
      if (!StrikeCoordinator(fault)) return false;
      break;
    case FaultKind::kTransfer:
      world_.SpoilTransfer(fault.pick);
      world_.outcome().faults++;
      return true;
    case FaultKind::kFlip:
      world_.FlipTransfer(fault.pick);
      world_.outcome().faults++;
      return true;
    case FaultKind::kDeaf:
      // For its receiver the sender is gone: that is one lost leg of each of its tasks.
      if (PickMachine((fault.pick >> 8)) == nullptr) return false;
      StrikeNetwork(fault);
      ++outcome.cuts;
      break;
    default:
      StrikeNetwork(fault);
      ++outcome.cuts;
  }
  ++outcome.faults;
  // Where a journal is damaged somebody has to look, and begin it anew.
  const bool rebuilt = fault.kind == FaultKind::kRot;
  if (!world_.scene().reckless) over_at_ = end + (rebuilt ? Council::kLongestToRebuild : 0);
  // Boards have one network: who was not heard over it is given up when the silence is over, be the fault or not.
  if (world_.scene().boards > 0) over_at_ += world_.scene().show.timing.silence * 62'500 / 3;
  return true;
}

// Mostly the one that leads.
bool Injector::StrikeCoordinator(const Fault& fault) {
  Council& council = world_.council();
  const Nanoseconds end = world_.calendar().now() + fault.length;
  const auto any = static_cast<int>(fault.pick >> 24) & 0xff;
  const int leads = council.leading_seat();
  const int seat = any < 50 || leads < 0 ? any % council.count() : leads;
  const bool alone = !council.shared(), loses_leases = world_.reader().looks_at_store();
  ++world_.outcome().crashes;
  switch (fault.kind) {
    case FaultKind::kCrash:
      return council.Crash(seat, fault.pick, end);
    case FaultKind::kTorn:
      return council.Crash(seat, fault.pick, end, DiskFault::kTorn);
    case FaultKind::kLostSync:
      return council.Crash(seat, fault.pick, end, DiskFault::kLostSync);
    case FaultKind::kRot:
      return council.Crash(seat, fault.pick, end, DiskFault::kRot);
    case FaultKind::kFreeze:
      return council.Freeze(seat, end);
    case FaultKind::kFull:
      if (alone) council.FillDisk(end);
      return alone;
    case FaultKind::kElection:
      if (!alone) council.ElectInStore(end);
      return !alone;
    default:
      break;
  }
  if (alone && fault.kind != FaultKind::kOffAgents) return false;
  if (fault.kind != FaultKind::kOffAgents) council.CutFromStore(seat, end);
  // Then another one leads, and this one believes that it does for as long as its own clock allows.
  if (fault.kind == FaultKind::kOffStore && seat == leads && loses_leases) council.LoseLease();
  if (fault.kind != FaultKind::kOffStore) {
    for (const auto& machine : world_.machines()) {
      for (int i = 0; i < plan::kMaxNetworks; ++i) {
        world_.network(i).CutWay(machine->number, Council::MachineOf(seat), end);
        world_.network(i).CutWay(Council::MachineOf(seat), machine->number, end);
      }
    }
  }
  return true;
}

bool Injector::StrikeMachine(const Fault& fault) {
  Machine* const machine = PickMachine(fault.pick >> 16);
  if (machine == nullptr) return false;
  Outcome& outcome = world_.outcome();
  const Nanoseconds end = world_.calendar().now() + fault.length;
  world_.Trace(std::string(ToString(fault.kind)) + " of " + machine->name);
  if (machine->process->Befall(fault, end)) {
    outcome.kills += fault.kind == FaultKind::kKill ? 1 : 0;
    outcome.stalls += fault.kind == FaultKind::kStall ? 1 : 0;
    return true;
  }
  sim::Strike& strike = machine->process->strike();
  const int fuse = static_cast<int>(fault.pick % 60);
  switch (fault.kind) {
    case FaultKind::kKill:
      ++outcome.kills;
      strike = {Strike::Kind::kKill, fuse, false};
      machine->back_at = end;
      break;
    case FaultKind::kStall:
      ++outcome.stalls;
      strike = {Strike::Kind::kStall, fuse, false};
      machine->back_at = end;  // when it goes on
      break;
    case FaultKind::kLink:
      world_.control().BreakAllOf(machine->number);
      break;
    default:
      machine->clock.SetCost(Us(20 + static_cast<std::int64_t>(fault.pick % 300)));
      world_.calendar().At(end, [machine] { machine->clock.SetCost(300); });
  }
  return true;
}

void Injector::StrikeNetwork(const Fault& fault) {
  const Nanoseconds now = world_.calendar().now();
  const Nanoseconds end = now + fault.length;
  int which = static_cast<int>(fault.pick & 1);
  const auto machines = static_cast<std::uint64_t>(world_.scene().machines());
  const int from = 1 + static_cast<int>((fault.pick >> 8) % machines);
  const int to =
      1 + static_cast<int>(
              (static_cast<std::uint64_t>(from) + (fault.pick >> 16) % (machines - 1)) % machines);
  // Boards are on the first network alone. Two fellows may not be deaf to each other both ways (proto/replica), as one
  // of them and a machine without that network would be, or all when it comes and goes.
  const bool has_boards = world_.scene().boards > 0;
  const bool parts = fault.kind == FaultKind::kFlap ||
                     (fault.kind == FaultKind::kUnplug && !world_.machine(from).is_board);
  if (has_boards && parts) which = 1;
  const double loss = which == 0 && has_boards ? 0.3 : 1;
  Network& network = world_.network(which);
  switch (fault.kind) {
    case FaultKind::kCut:
      return network.Cut(end);
    case FaultKind::kFlap:
      for (Nanoseconds t = now; t < end;) {
        const Nanoseconds down =
            Ms(2 + static_cast<std::int64_t>(Mix64(static_cast<std::uint64_t>(t)) % 80));
        world_.calendar().At(t, [this, &network, until = std::min(end, t + down)] {
          if (!stopped_) network.Cut(until);
        });
        t += down + Ms(2 + static_cast<std::int64_t>(Mix64(static_cast<std::uint64_t>(down)) % 60));
      }
      return;
    case FaultKind::kUnplug:
      return network.Unplug(from, end);
    case FaultKind::kOneWay:
      return network.CutWay(from, to, end);
    case FaultKind::kDeaf:
      world_.network(0).CutWay(from, to, end);
      return world_.network(1).CutWay(from, to, end);
    case FaultKind::kLoss:
      return network.Lose(loss * (0.05 + static_cast<double>(fault.pick >> 40 & 0xff) / 300), end);
    default:
      return network.Delay(Us(200 + static_cast<std::int64_t>(fault.pick >> 40 & 0xffff)), end);
  }
}

}  // namespace continuo::sim
