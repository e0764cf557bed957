// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/snapshots.h"

#include <algorithm>
#include <utility>

#include "coordinator/edge/store/ledger_codec.h"

namespace continuo::coordinator {
namespace {

// Never kinds of rows: so no row can be taken for a snapshot.
constexpr std::int64_t kLedger = -1, kLog = -2;

constexpr const char* kSnapshotTable =
    "CREATE TABLE IF NOT EXISTS snapshots (idx INTEGER PRIMARY KEY, ledger BLOB NOT NULL, "
    "log BLOB NOT NULL, link BLOB NOT NULL)";
constexpr const char* kSelectSnapshots =
    "SELECT s.idx, s.ledger, s.log, s.link, e.link FROM snapshots s LEFT JOIN entries e "
    "ON s.idx = e.idx ORDER BY s.idx DESC";

/// Follows from the row, and so from all rows before it.
Link SnapshotLink(const Link& row, std::int64_t index, std::string_view ledger,
                  std::string_view log) {
  return LinkOf(LinkOf(row, {index, 0, 0, kLedger, ledger}), {index, 0, 0, kLog, log});
}

std::optional<Snapshot> SnapshotAt(const Statement& select) {
  Snapshot snapshot;
  snapshot.index = select.Int(0);
  const std::string_view row = select.Blob(4);
  if (row.size() != snapshot.row.size()) return std::nullopt;
  std::copy(row.begin(), row.end(), snapshot.row.begin());
  const Link link = SnapshotLink(snapshot.row, snapshot.index, select.Blob(1), select.Blob(2));
  if (select.Blob(3) != LinkText(link)) return std::nullopt;
  std::optional<Ledger> ledger = DecodeLedger(select.Blob(1));
  std::optional<EventLog> log = DecodeLog(select.Blob(2));
  if (!ledger || !log) return std::nullopt;
  snapshot.ledger = *std::move(ledger);
  snapshot.log = *std::move(log);
  return snapshot;
}

std::string InsertSnapshot(Database& database, std::int64_t index, const Link& row,
                           const State& state) {
  const std::string ledger = EncodeLedger(state.ledger), log = EncodeLog(state.log);
  const Link link = SnapshotLink(row, index, ledger, log);
  Statement insert(database, "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)");
  insert.Bind(1, index);
  insert.Bind(2, ledger);
  insert.Bind(3, log);
  insert.Bind(4, LinkText(link));
  insert.Step();
  if (!insert.ok()) return database.Error();
  return database.Run(("DELETE FROM snapshots WHERE idx NOT IN (SELECT idx FROM snapshots ORDER BY "
                       "idx DESC LIMIT " +
                       std::to_string(kSnapshotsKept) + ")")
                          .c_str());
}

}  // namespace

std::string PrepareSnapshots(Database& database) {
  return database.Run(kSnapshotTable);
}

std::string WriteSnapshot(Database& database, std::int64_t index, const Link& row,
                          const State& state) {
  if (std::string wrong = database.Run("BEGIN IMMEDIATE"); !wrong.empty()) return wrong;
  std::string wrong = InsertSnapshot(database, index, row, state);
  if (wrong.empty()) wrong = database.Run("COMMIT");
  if (!wrong.empty()) database.Run("ROLLBACK");
  return wrong;
}

void ReadSnapshots(
    Database& database,
    const std::function<bool(std::optional<Snapshot> snapshot, const std::string& why)>& take) {
  Statement select(database, kSelectSnapshots);
  while (select.Step()) {
    std::optional<Snapshot> snapshot = SnapshotAt(select);
    const std::string why =
        snapshot ? "" : "the snapshot after row " + std::to_string(select.Int(0)) + " is damaged";
    if (!take(std::move(snapshot), why)) return;
  }
}

}  // namespace continuo::coordinator
