// SPDX-License-Identifier: Apache-2.0
#include "sim/disk.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/snapshots.h"

namespace continuo::sim {
namespace {

constexpr std::int64_t kStarted = static_cast<std::int64_t>(coordinator::RowKind::kStarted);
constexpr std::uint64_t kMostLost = 30;    // rows
constexpr std::uint64_t kYoungRows = 400;  // where bits fall over

coordinator::Input InputOf(const Disk::KeptRow& row) {
  const std::string& blob = row.damaged ? row.whole : row.blob;
  return coordinator::Decode(static_cast<int>(row.kind), row.time, blob).value();
}

void Flip(std::string& bytes, std::uint64_t pick) {
  bytes[pick / 8 % bytes.size()] ^= static_cast<char>(1 << pick % 8);
}

}  // namespace

Nanoseconds Disk::Latency() {
  if (dice_.Chance(0.85)) return Us(dice_.Between(30, 900));
  return dice_.Chance(0.95) ? Us(dice_.Between(900, 8000)) : Ms(dice_.Between(8, 60));
}

void Disk::Begin(std::span<const coordinator::StoredRow> rows) {
  writing_.clear();
  for (const auto& [row, link] : rows) {
    writing_.push_back({row.index,
                        row.term,
                        row.time,
                        row.kind,
                        std::string(row.blob),
                        std::string(link),
                        {},
                        false,
                        true});
  }
}

void Disk::Begin(const coordinator::StoredSnapshot& snapshot) {
  writing_snapshot_ = {{snapshot.index, std::string(snapshot.ledger), std::string(snapshot.log),
                        std::string(snapshot.link), false}};
}

std::string Disk::Finish() {
  std::vector<KeptRow> written = std::exchange(writing_, {});
  std::vector<KeptSnapshot> snapshot = std::exchange(writing_snapshot_, {});
  if (full()) return "database or disk is full";
  const std::int64_t last = rows_.empty() ? 0 : rows_.back().index;
  if (!written.empty() && written.front().index <= last) return "UNIQUE constraint failed";
  std::ranges::move(written, std::back_inserter(rows_));
  std::ranges::move(snapshot, std::back_inserter(snapshots_));
  if (snapshots_.size() > coordinator::kSnapshotsKept) snapshots_.erase(snapshots_.begin());
  return "";
}

void Disk::CutAfter(std::int64_t index) {
  std::erase_if(rows_, [index](const KeptRow& row) { return row.index > index; });
  std::erase_if(snapshots_, [index](const KeptSnapshot& one) { return one.index > index; });
}

void Disk::MoveAside() {
  rows_.clear();
  snapshots_.clear();
}

// ---- faults

bool Disk::Crash() {
  const DiskFault fault = std::exchange(fault_, DiskFault::kNone);
  bool lied = false;
  if (fault == DiskFault::kTorn) {
    Tear();
  } else if (dice_.Chance(0.5)) {
    Finish();
  }
  if (fault == DiskFault::kLostSync) lied = Lose();
  if (fault == DiskFault::kRot) lied = Rot();
  writing_.clear();
  writing_snapshot_.clear();
  return lied;
}

void Disk::Tear() {
  if (writing_.empty() || full()) return;
  const std::size_t whole = pick_ % writing_.size();
  writing_.resize(whole + 1);
  KeptRow& torn = writing_.back();
  torn.damaged = true;
  torn.whole = torn.blob;
  if (torn.blob.empty()) {
    Flip(torn.link, pick_ >> 8);
    torn.link_whole = false;
  } else {
    torn.blob.resize((pick_ >> 8) % torn.blob.size());
  }
  Finish();
}

/// Never what began a term: two of the same number are beyond what can be told apart.
bool Disk::Lose() {
  const std::size_t most = 1 + pick_ % kMostLost;
  std::size_t left = rows_.size();
  while (left > 0 && rows_.size() - left < most && rows_[left - 1].kind != kStarted) --left;
  if (left == rows_.size()) return false;
  KeptRow next = rows_[left];
  CutAfter(rows_[left].index - 1);
  if ((pick_ >> 8 & 1) == 0) return true;
  writing_ = {std::move(next)};
  Tear();
  return true;
}

void Disk::RotSnapshot(std::uint64_t pick) {
  KeptSnapshot& snapshot = snapshots_[pick % snapshots_.size()];
  snapshot.damaged = true;
  Flip((pick >> 8 & 1) == 0 ? snapshot.ledger : snapshot.log, pick >> 16);
}

bool Disk::Rot() {
  const std::uint64_t pick = pick_ >> 8;
  if (!snapshots_.empty() && pick_ % 10 < 4) {
    RotSnapshot(pick);
    return false;
  }
  if (rows_.empty()) return false;
  const std::size_t back = pick_ % 10 < 6 ? 0 : pick % kYoungRows % rows_.size();
  KeptRow& row = rows_[rows_.size() - 1 - back];
  if (row.damaged || (back == 0 && row.kind == kStarted)) return false;
  row.damaged = true;
  row.whole = row.blob;
  row.link_whole = !row.blob.empty() && (pick >> 56) % 4 != 0;
  Flip(row.link_whole ? row.blob : row.link, pick >> 16);
  return true;
}

Disk::Remains Disk::WhatIsLeft() const {
  std::int64_t from = 0;
  for (const KeptSnapshot& snapshot : snapshots_) {
    const KeptRow& row = rows_[static_cast<std::size_t>(snapshot.index - 1)];
    if (!snapshot.damaged && row.link_whole) from = snapshot.index;
  }
  const auto bad = std::ranges::find_if(
      rows_, [from](const KeptRow& row) { return row.index > from && row.damaged; });
  Remains remains;
  remains.refused = bad != rows_.end() && bad + 1 != rows_.end();
  if (remains.refused) return remains;
  coordinator::State state;
  for (auto row = rows_.begin(); row != bad; ++row, ++remains.rows) {
    coordinator::Replay(state, InputOf(*row));
  }
  remains.ledger = std::move(state.ledger);
  return remains;
}

void Disk::ForEach(const std::function<void(const coordinator::Input&)>& take) const {
  for (const KeptRow& row : rows_) take(InputOf(row));
}

bool Disk::Holds(const coordinator::Input& input, std::size_t& row) const {
  const coordinator::EncodedInput encoded = coordinator::Encode(input);
  const auto is_it = [&](const KeptRow& one) {
    return one.time == input.time && one.kind == static_cast<std::int64_t>(encoded.kind) &&
           one.blob == encoded.bytes;
  };
  const auto from = rows_.begin() + static_cast<std::ptrdiff_t>(row);
  const auto found = std::find_if(from, rows_.end(), is_it);
  if (found == rows_.end()) return false;
  row = static_cast<std::size_t>(found - rows_.begin());
  return true;
}

}  // namespace continuo::sim
