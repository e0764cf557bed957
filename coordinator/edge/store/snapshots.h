// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/row_chain.h"

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

/// Makes room for them in a journal that has none. Empty, or what SQLite says.
std::string PrepareSnapshots(Database& database);

/// Writes one down, and forgets those that are too old. Durable when it returns; empty, or what SQLite says, and then
/// nothing has changed.
std::string WriteSnapshot(Database& database, std::int64_t index, const Link& row,
                          const State& state);

/// Calls `take` with each, the newest first, until it returns false. `why`: instead of one that is damaged, or does
/// not belong to the row that is there; a sentence.
void ReadSnapshots(
    Database& database,
    const std::function<bool(std::optional<Snapshot> snapshot, const std::string& why)>& take);

}  // namespace continuo::coordinator
