// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "coordinator/core/coordinator.h"
#include "coordinator/edge/store/row_file.h"

// Snapshots in the file of a journal: what the rows up to one give, so that opening it need not replay them.

namespace continuo::coordinator {

/// Rows between two snapshots.
inline constexpr std::int64_t kSnapshotEvery = 2000;
/// As many are kept, the newest: should one be damaged, there is the one before it.
inline constexpr int kSnapshotsKept = 2;

struct Snapshot {
  std::int64_t index = 0;  ///< of the last row that is in it
  Link row = {};           ///< that row's link
  Ledger ledger;
  EventLog log;
};

/// Writes one down. Empty, or what is wrong with the file, and then nothing has changed.
std::string WriteSnapshot(RowFile& file, std::int64_t index, const Link& row, const State& state);

/// None if it is damaged, or does not belong to the row that is there.
std::optional<Snapshot> SnapshotOf(const StoredSnapshot& stored);

}  // namespace continuo::coordinator
