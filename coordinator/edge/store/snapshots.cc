// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/snapshots.h"

#include <algorithm>
#include <utility>

#include "coordinator/edge/store/ledger_codec.h"

namespace continuo::coordinator {
namespace {

// Never kinds of rows: so no row can be taken for a snapshot.
constexpr std::int64_t kLedger = -1, kLog = -2;

/// Follows from the row, and so from all rows before it.
Link SnapshotLink(const Link& row, std::int64_t index, std::string_view ledger,
                  std::string_view log) {
  return LinkOf(LinkOf(row, {index, 0, 0, kLedger, ledger}), {index, 0, 0, kLog, log});
}

}  // namespace

std::string WriteSnapshot(RowFile& file, std::int64_t index, const Link& row, const State& state) {
  const std::string ledger = EncodeLedger(state.ledger), log = EncodeLog(state.log);
  const Link link = SnapshotLink(row, index, ledger, log);
  return file.AddSnapshot({index, LinkText(row), ledger, log, LinkText(link)});
}

std::optional<Snapshot> SnapshotOf(const StoredSnapshot& stored) {
  Snapshot snapshot;
  snapshot.index = stored.index;
  if (stored.row.size() != snapshot.row.size()) return std::nullopt;
  std::copy(stored.row.begin(), stored.row.end(), snapshot.row.begin());
  const Link link = SnapshotLink(snapshot.row, snapshot.index, stored.ledger, stored.log);
  if (stored.link != LinkText(link)) return std::nullopt;
  std::optional<Ledger> ledger = DecodeLedger(stored.ledger);
  std::optional<EventLog> log = DecodeLog(stored.log);
  if (!ledger || !log) return std::nullopt;
  snapshot.ledger = *std::move(ledger);
  snapshot.log = *std::move(log);
  return snapshot;
}

}  // namespace continuo::coordinator
