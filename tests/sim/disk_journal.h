// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "coordinator/edge/store/chained_journal.h"
#include "sim/coordinator_process.h"
#include "sim/disk.h"

namespace continuo::sim {

/// The shipped journal over a simulated disk, for one life of a process.
class DiskJournal final : public coordinator::Journal, private coordinator::RowFile {
 public:
  DiskJournal(Disk& disk, Blocking& process, std::int64_t snapshot_every)
      : disk_(disk), process_(process), snapshot_every_(snapshot_every) {}

  /// Empty, or why it cannot be opened, as the coordinator would say it. `rebuild`: as its flag.
  std::string Open(bool rebuild, coordinator::JournalReport& report);

  std::string ForEach(const std::function<void(const coordinator::Input&)>& take) override {
    return chain_->ForEach(take);
  }
  std::string Recover(coordinator::State& state) override { return chain_->Recover(state); }
  std::string Keep(const coordinator::State& state, bool ends) override {
    return chain_->Keep(state, ends);
  }
  coordinator::Appended Append(std::uint64_t term,
                               std::span<const coordinator::Input> inputs) override {
    return chain_->Append(term, inputs);
  }

 private:
  using OnRow = std::function<bool(const coordinator::StoredRow&)>;
  using OnSnapshot = std::function<bool(const coordinator::StoredSnapshot&)>;
  std::string ReadRows(std::int64_t after, const OnRow& take) override;
  std::int64_t LastRow() override;
  void ReadSnapshots(const OnSnapshot& take) override;
  std::string AddRows(std::span<const coordinator::StoredRow> rows) override;
  std::string AddSnapshot(const coordinator::StoredSnapshot& snapshot) override;
  std::string CutAfter(std::int64_t index) override;

  Disk& disk_;
  Blocking& process_;
  const std::int64_t snapshot_every_;
  std::optional<coordinator::ChainedJournal> chain_;
};

}  // namespace continuo::sim
