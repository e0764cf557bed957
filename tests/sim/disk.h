// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/edge/store/row_file.h"
#include "sim/calendar.h"
#include "sim/dice.h"

namespace continuo::sim {

/// What a disk does when its coordinator dies. All but the first: the power of that machine fails.
enum class DiskFault : std::uint8_t {
  kNone,      ///< what was being written is there or not
  kTorn,      ///< some of what was being written is there, the last row of it in part
  kLostSync,  ///< rows that were reported to be durable are not there, always the newest
  kRot,       ///< a bit of a row or of a snapshot has fallen over
};

/// The disk of one coordinator, as SQLite uses it: what is added takes as long as the disk takes, and is there as a
/// whole or not at all, unless the disk is at fault. It knows what was done to it.
class Disk {
 public:
  struct KeptRow {
    std::int64_t index = 0, term = 0, time = 0, kind = 0;
    std::string blob, link;
    std::string whole;     ///< the blob as it was, if it is damaged
    bool damaged = false;  ///< its blob or its link
    bool link_whole = true;
  };
  struct KeptSnapshot {
    std::int64_t index = 0;
    std::string ledger, log, link;
    bool damaged = false;
  };
  /// What a journal can know after what was done.
  struct Remains {
    bool refused = false;  ///< damaged in the middle: nothing
    std::size_t rows = 0;
    coordinator::Ledger ledger;
  };

  Disk(const Calendar& calendar, Dice dice) : calendar_(calendar), dice_(dice) {}

  Nanoseconds Latency();
  void Begin(std::span<const coordinator::StoredRow> rows);
  void Begin(const coordinator::StoredSnapshot& snapshot);
  /// Empty, or why it did not work.
  std::string Finish();

  /// Befalls it when its process dies.
  void Arm(DiskFault fault, std::uint64_t pick) {
    fault_ = fault;
    pick_ = pick;
  }
  /// The process is dead. True: something is gone that was reported to be durable, or may not be found again.
  bool Crash();
  Remains WhatIsLeft() const;
  /// Another file takes its place.
  void MoveAside();

  const std::vector<KeptRow>& rows() const { return rows_; }
  const std::vector<KeptSnapshot>& snapshots() const { return snapshots_; }
  void CutAfter(std::int64_t index);
  /// Every row as it was written.
  void ForEach(const std::function<void(const coordinator::Input&)>& take) const;
  /// Is it among them, at `row` or later? Then `row` is its place.
  bool Holds(const coordinator::Input& input, std::size_t& row) const;

  void FillUntil(Nanoseconds until) { full_until_ = until; }
  bool full() const { return calendar_.now() < full_until_; }

 private:
  void Tear();
  bool Lose();
  bool Rot();
  void RotSnapshot(std::uint64_t pick);

  const Calendar& calendar_;
  Dice dice_;
  std::vector<KeptRow> rows_;  // synced
  std::vector<KeptSnapshot> snapshots_;
  std::vector<KeptRow> writing_;  // on its way
  std::vector<KeptSnapshot> writing_snapshot_;
  Nanoseconds full_until_ = 0;
  DiskFault fault_ = DiskFault::kNone;
  std::uint64_t pick_ = 0;
};

}  // namespace continuo::sim
