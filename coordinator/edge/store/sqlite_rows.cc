// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/sqlite_rows.h"

#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/snapshots.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS entries (idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, "
    "time INTEGER NOT NULL, kind INTEGER NOT NULL, blob BLOB NOT NULL, link BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS snapshots (idx INTEGER PRIMARY KEY, ledger BLOB NOT NULL, "
    "log BLOB NOT NULL, link BLOB NOT NULL)";
constexpr const char* kSelectRows =
    "SELECT idx, term, time, kind, blob, link FROM entries WHERE idx > ? ORDER BY idx";
constexpr const char* kSelectSnapshots =
    "SELECT s.idx, s.ledger, s.log, s.link, e.link FROM snapshots s LEFT JOIN entries e "
    "ON s.idx = e.idx ORDER BY s.idx DESC";

}  // namespace

std::string CheckJournalFormat(Database& database, std::int64_t& format) {
  Statement select(database, "PRAGMA user_version");
  format = select.Step() ? select.Int(0) : -1;
  if (format < 0) return database.Error();
  if (format == 0 || format == kFormat) return "";
  return "was written by another version of Continuo (format " + std::to_string(format) +
         ", this one reads " + std::to_string(kFormat) + ")";
}

std::string SqliteRows::Prepare() {
  return database_.Run(kTables);
}

std::string SqliteRows::ReadRows(std::int64_t after,
                                 const std::function<bool(const StoredRow&)>& take) {
  Statement select(database_, kSelectRows);
  select.Bind(1, after);
  while (select.Step()) {
    const Row row{select.Int(0), select.Int(1), select.Int(2), select.Int(3), select.Blob(4)};
    if (!take({row, select.Blob(5)})) return "";
  }
  return select.ok() ? "" : database_.Error();
}

std::int64_t SqliteRows::LastRow() {
  Statement select(database_, "SELECT max(idx) FROM entries");
  return select.Step() ? select.Int(0) : 0;
}

void SqliteRows::ReadSnapshots(const std::function<bool(const StoredSnapshot&)>& take) {
  Statement select(database_, kSelectSnapshots);
  while (select.Step()) {
    if (!take({select.Int(0), select.Blob(4), select.Blob(1), select.Blob(2), select.Blob(3)}))
      return;
  }
}

std::string SqliteRows::AddRows(std::span<const StoredRow> rows) {
  return AllOrNothing([&]() -> std::string {
    Statement insert(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)");
    for (const auto& [row, link] : rows) {
      insert.Bind(1, row.index);
      insert.Bind(2, row.term);
      insert.Bind(3, row.time);
      insert.Bind(4, row.kind);
      insert.Bind(5, row.blob);
      insert.Bind(6, link);
      insert.Step();
      if (!insert.ok()) return database_.Error();
      insert.Reset();
    }
    return "";
  });
}

std::string SqliteRows::AddSnapshot(const StoredSnapshot& snapshot) {
  return AllOrNothing([&]() -> std::string {
    Statement insert(database_, "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)");
    insert.Bind(1, snapshot.index);
    insert.Bind(2, snapshot.ledger);
    insert.Bind(3, snapshot.log);
    insert.Bind(4, snapshot.link);
    insert.Step();
    if (!insert.ok()) return database_.Error();
    const std::string newest =
        "SELECT idx FROM snapshots ORDER BY idx DESC LIMIT " + std::to_string(kSnapshotsKept);
    return database_.Run(("DELETE FROM snapshots WHERE idx NOT IN (" + newest + ")").c_str());
  });
}

std::string SqliteRows::CutAfter(std::int64_t index) {
  const std::string behind = " WHERE idx > " + std::to_string(index);
  return AllOrNothing([&] {
    return database_.Run(
        ("DELETE FROM entries" + behind + "; DELETE FROM snapshots" + behind).c_str());
  });
}

std::string SqliteRows::AllOrNothing(const std::function<std::string()>& write) {
  if (std::string wrong = database_.Run("BEGIN IMMEDIATE"); !wrong.empty()) return wrong;
  std::string wrong = write();
  if (wrong.empty()) wrong = database_.Run("COMMIT");
  if (!wrong.empty()) database_.Run("ROLLBACK");
  return wrong;
}

}  // namespace continuo::coordinator
