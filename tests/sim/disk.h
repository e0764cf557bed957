// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/journal.h"
#include "sim/calendar.h"
#include "sim/coordinator_process.h"
#include "sim/dice.h"

namespace continuo::sim {

/// The disk of one coordinator. An append takes as long as the disk takes, and is all there or not at all, as SQLite
/// with synchronous=FULL has it: what was reported to be durable stays, also when the power fails.
class Disk {
 public:
  Disk(const Calendar& calendar, Dice dice) : calendar_(calendar), dice_(dice) {}

  Nanoseconds Latency();
  void Begin(std::span<const coordinator::Input> inputs) {
    writing_.assign(inputs.begin(), inputs.end());
  }
  coordinator::Appended Finish();
  /// The process is dead. What it was writing is there or not.
  void Crash();
  const std::vector<coordinator::Input>& rows() const { return rows_; }
  /// Is it among them, at `row` or later? Then `row` is its place.
  bool Holds(const coordinator::Input& input, std::size_t& row) const;

  void FillUntil(Nanoseconds until) { full_until_ = until; }
  bool full() const { return calendar_.now() < full_until_; }

 private:
  const Calendar& calendar_;
  Dice dice_;
  std::vector<coordinator::Input> rows_;     // synced
  std::vector<coordinator::Input> writing_;  // on its way
  Nanoseconds full_until_ = 0;
};

/// The journal on it, for one life of a process.
class DiskJournal final : public coordinator::Journal {
 public:
  DiskJournal(Disk& disk, Blocking& process) : disk_(disk), process_(process) {}

  std::string ForEach(const std::function<void(const coordinator::Input&)>& take) override;
  coordinator::Appended Append(std::uint64_t term,
                               std::span<const coordinator::Input> inputs) override;

 private:
  Disk& disk_;
  Blocking& process_;
};

}  // namespace continuo::sim
