// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "sim/injector.h"
#include "sim/world.h"

// What befalls whom.

namespace continuo::sim {

Machine* Injector::PickMachine(std::uint64_t pick) {
  auto& machines = world_.machines();
  Machine& machine = *machines[pick % machines.size()];
  const bool fit = World::Awake(machine, world_.calendar().now()) &&
                   machine.process->strike().kind == Strike::Kind::kNone;
  const auto is_it = [&machine](const Machine& one) { return &one == &machine; };
  return fit && (world_.scene().reckless || MayLose(is_it)) ? &machine : nullptr;
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
      if (!StrikeNetwork(fault)) return false;
      ++outcome.cuts;
      break;
    default:
      if (!StrikeNetwork(fault)) return false;
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

bool Injector::StrikeNetwork(const Fault& fault) {
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
  // A way that becomes longer by more than the silence is cut for as long, and comes back before either has heard so.
  const Nanoseconds silence = world_.scene().show.timing.silence * 62'500 / 3;
  const Nanoseconds delay = which == 0 && has_boards ? silence / 2 : kNever;
  // What befalls it befalls all boards: not while operators have left a task nobody else.
  const bool is_theirs = has_boards && (which == 0 || fault.kind == FaultKind::kDeaf);
  if (is_theirs && !MayLose([](const Machine& one) { return one.is_board; })) return false;
  Network& network = world_.network(which);
  switch (fault.kind) {
    case FaultKind::kCut:
      network.Cut(end);
      break;
    case FaultKind::kFlap:
      for (Nanoseconds t = now; t < end;) {
        const Nanoseconds down =
            Ms(2 + static_cast<std::int64_t>(Mix64(static_cast<std::uint64_t>(t)) % 80));
        world_.calendar().At(t, [this, &network, until = std::min(end, t + down)] {
          if (!stopped_) network.Cut(until);
        });
        t += down + Ms(2 + static_cast<std::int64_t>(Mix64(static_cast<std::uint64_t>(down)) % 60));
      }
      break;
    case FaultKind::kUnplug:
      network.Unplug(from, end);
      break;
    case FaultKind::kOneWay:
      network.CutWay(from, to, end);
      break;
    case FaultKind::kDeaf:
      world_.network(0).CutWay(from, to, end);
      world_.network(1).CutWay(from, to, end);
      break;
    case FaultKind::kLoss:
      network.Lose(loss * (0.05 + static_cast<double>(fault.pick >> 40 & 0xff) / 300), end);
      break;
    default:
      network.Delay(std::min(delay, Us(200 + static_cast<std::int64_t>(fault.pick >> 40 & 0xffff))),
                    end);
      break;
  }
  return true;
}

}  // namespace continuo::sim
