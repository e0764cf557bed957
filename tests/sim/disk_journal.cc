// SPDX-License-Identifier: Apache-2.0
#include "sim/disk_journal.h"

namespace continuo::sim {

std::string DiskJournal::Open(bool rebuild, coordinator::JournalReport& report) {
  chain_.emplace(static_cast<coordinator::RowFile&>(*this), "journal", snapshot_every_);
  if (chain_->Open(report)) return "";
  if (!rebuild) return chain_->Refusal();
  disk_.MoveAside();
  report = {};
  chain_.emplace(static_cast<coordinator::RowFile&>(*this), "journal", snapshot_every_);
  return chain_->Open(report) ? "" : chain_->Refusal();
}

std::string DiskJournal::ReadRows(std::int64_t after, const OnRow& take) {
  for (const Disk::KeptRow& row : disk_.rows()) {
    if (row.index <= after) continue;
    if (!take({{row.index, row.term, row.time, row.kind, row.blob}, row.link})) break;
  }
  return "";
}

std::int64_t DiskJournal::LastRow() {
  return disk_.rows().empty() ? 0 : disk_.rows().back().index;
}

void DiskJournal::ReadSnapshots(const OnSnapshot& take) {
  const std::vector<Disk::KeptSnapshot>& all = disk_.snapshots();
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    const Disk::KeptRow& row = disk_.rows()[static_cast<std::size_t>(one->index - 1)];
    if (!take({one->index, row.link, one->ledger, one->log, one->link})) return;
  }
}

std::string DiskJournal::AddRows(std::span<const coordinator::StoredRow> rows) {
  disk_.Begin(rows);
  process_.Sleep(disk_.Latency());
  return disk_.Finish();
}

std::string DiskJournal::AddSnapshot(const coordinator::StoredSnapshot& snapshot) {
  disk_.Begin(snapshot);
  process_.Sleep(disk_.Latency());
  return disk_.Finish();
}

std::string DiskJournal::CutAfter(std::int64_t index) {
  disk_.CutAfter(index);
  return "";
}

}  // namespace continuo::sim
