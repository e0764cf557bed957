// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "coordinator/edge/store/row_chain.h"

namespace continuo::coordinator {

/// As they stand in a file, damaged or not. What is read is valid only while it is looked at.
struct StoredRow {
  Row row;
  std::string_view link;
};
struct StoredSnapshot {
  std::int64_t index = 0;  ///< of the last row that is in it
  std::string_view row;    ///< the link of the row that stands there; empty: there is none
  std::string_view ledger, log, link;
};

/// Where one coordinator's rows and snapshots are kept. It knows nothing of what they mean. Texts that are returned are
/// empty, or what is wrong with the file itself.
class RowFile {
 public:
  virtual ~RowFile() = default;

  /// Rows behind that index, in order, until `take` returns false.
  virtual std::string ReadRows(std::int64_t after,
                               const std::function<bool(const StoredRow&)>& take) = 0;
  virtual std::int64_t LastRow() = 0;  ///< its index; 0: there is none
  /// The newest first, until `take` returns false.
  virtual void ReadSnapshots(const std::function<bool(const StoredSnapshot&)>& take) = 0;

  // Each is done as a whole or not at all, and is durable when it returns.
  virtual std::string AddRows(std::span<const StoredRow> rows) = 0;
  /// Forgets those that are too old: kSnapshotsKept stay (snapshots.h).
  virtual std::string AddSnapshot(const StoredSnapshot& snapshot) = 0;
  /// Rows behind that index, and snapshots of them, are gone.
  virtual std::string CutAfter(std::int64_t index) = 0;
};

}  // namespace continuo::coordinator
