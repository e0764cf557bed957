// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/row_file.h"

namespace continuo::coordinator {

inline constexpr const char* kJournalFile = "journal.sqlite";

/// Whether this program understands the file: empty, or a sentence. `format`: that of the file; 0: it is new.
std::string CheckJournalFormat(Database& database, std::int64_t& format);

/// Rows and snapshots as tables of SQLite (WAL, synchronous=FULL). The database must outlive it.
class SqliteRows final : public RowFile {
 public:
  explicit SqliteRows(Database& database) : database_(database) {}

  /// Makes the tables where they are missing, to write.
  std::string Prepare();

  std::string ReadRows(std::int64_t after,
                       const std::function<bool(const StoredRow&)>& take) override;
  std::int64_t LastRow() override;
  void ReadSnapshots(const std::function<bool(const StoredSnapshot&)>& take) override;
  std::string AddRows(std::span<const StoredRow> rows) override;
  std::string AddSnapshot(const StoredSnapshot& snapshot) override;
  std::string CutAfter(std::int64_t index) override;

 private:
  std::string AllOrNothing(const std::function<std::string()>& write);

  Database& database_;
};

}  // namespace continuo::coordinator
