// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/candidate.h"
#include "sim/coordinator_process.h"
#include "sim/disk_journal.h"
#include "sim/etcd.h"
#include "sim/etcd_line.h"

namespace continuo::sim {

class World;

/// The coordinators of a cluster: one with its disk, or some that share a store and of which one leads. Each is a
/// process that can die, stand still, and be cut off from the store or from the agents. They are on one machine in
/// this version of the product, so they have one clock.
class Council {
 public:
  /// After the fault: until somebody has read why a coordinator does not start, and does what it says.
  static constexpr Nanoseconds kLongestToRebuild = Ms(1000);

  Council(World& world, int count);
  ~Council();

  /// Whatever is due, of those that are awake. Often.
  void Turn();
  /// The same for the one that lives this life.
  void TurnLife(std::uint64_t life);

  int count() const { return static_cast<int>(seats_.size()); }
  bool shared() const { return count() > 1; }
  /// The process that leads there, or believes to. nullptr: none, or it has not begun its term.
  CoordinatorProcess* reign(int seat) const;
  /// Of all that believe to lead, the one with the highest term.
  CoordinatorProcess* leader() const;
  int leading_seat() const;  ///< -1: nobody leads
  bool Awake(int seat) const;
  /// Somebody leads and is awake, and the others stand by.
  bool whole() const;
  /// What the leader knows; if nobody leads, what the last one knew.
  const coordinator::Ledger& ledger() const;
  /// A replay of the journal comes to that.
  bool exact() const;
  void ForEachRow(const std::function<void(const coordinator::Input&)>& take) const;
  void Post(std::uint64_t life, CoordinatorProcess::What what);
  /// Somebody looks at the one that leads there, or believes to; if that stands still, when it goes on.
  void Look(int seat, const CoordinatorProcess::OnLook& look);
  /// To whom it may concern: all that lead.
  void Beat(int seat, const coordinator::BeatHeard& beat);
  static int MachineOf(int seat);
  const NodeClock& clock() const { return clock_; }

  // ---- faults
  /// Strikes the process there somewhere in its work, or at once if it does not lead. False: it is away.
  bool Crash(int seat, std::uint64_t pick, Nanoseconds back_at, DiskFault disk = DiskFault::kNone);
  bool Freeze(int seat, Nanoseconds until);
  void FillDisk(Nanoseconds until) { disk_.FillUntil(until); }
  /// The store lets go of the leader's lease before its time, as when somebody deletes it there.
  void LoseLease();
  void CutFromStore(int seat, Nanoseconds until);
  void ElectInStore(Nanoseconds until) { etcd_.Elect(until); }
  void Mend();
  /// All of them, and the store is without a leader for a while; they come back between the two.
  void CutPower(Nanoseconds first_back, Nanoseconds last_back, Dice& dice);

  /// A process that leads takes up its inbox.
  void OnBatch(std::uint64_t life);

  // ---- while a journal is replayed: so many rows, and what they come to
  void OnReplayed(std::size_t row, const coordinator::Ledger& ledger);
  /// What the product made of it.
  void OnRecovered(const coordinator::Ledger& ledger);

 private:
  struct Seat;
  void Begin(Seat& seat);
  void BeginReign(Seat& seat, coordinator::Revision guard);
  void TurnSeat(Seat& seat);
  static void Read(Seat& seat);
  void EndReign(Seat& seat);
  void DropReign(Seat& seat);
  void Die(Seat& seat);
  JournalHome DiskHome();
  std::shared_ptr<coordinator::Journal> OpenDisk(Blocking& process, std::string& why);
  void Refuse(Seat& seat);
  void Forget();
  JournalHome SharedHome(Seat& seat, coordinator::Revision guard);
  bool Holds(const coordinator::Input& input, std::size_t& row) const;

  World& world_;
  NodeClock clock_;
  Disk disk_;
  Etcd etcd_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::uint64_t last_life_ = 0;
  coordinator::Revision lost_guard_ = 0;  // of the leader whose lease was lost so
  coordinator::Ledger last_ledger_;       // of the reign with the highest term that is over
  std::size_t last_row_ = 0;              // of the journal, that it had taken
  bool compare_ = false;                  // a replay has to come by that ledger
  bool rebuild_ = false;                  // the next one is started with --rebuild
};

}  // namespace continuo::sim
