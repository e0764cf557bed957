// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal_check.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "coordinator/edge/store/chained_journal.h"
#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/ledger_codec.h"
#include "coordinator/edge/store/snapshots.h"
#include "coordinator/edge/store/sqlite_rows.h"

namespace continuo::coordinator {
namespace {

/// Rows at least; the end of a term is waited for.
constexpr std::int64_t kCompareEvery = 200;

class Check {
 public:
  explicit Check(const std::string& file) : file_(file) {}

  JournalFindings Run() {
    if (!std::filesystem::is_regular_file(file_)) {
      Say("there is no such file");
    } else if (std::string wrong = database_.OpenToRead(file_); !wrong.empty()) {
      Say(wrong);
    } else {
      ReadAll();
    }
    return std::move(findings_);
  }

 private:
  void Say(const std::string& what) { findings_.wrong.push_back(file_ + ": " + what); }

  void ReadAll() {
    std::int64_t format = 0;
    if (std::string wrong = CheckJournalFormat(database_, format); !wrong.empty())
      return Say(wrong);
    if (format == 0) return Say("is no journal");
    rows_.ReadSnapshots([this](const StoredSnapshot& stored) {
      if (std::optional<Snapshot> snapshot = SnapshotOf(stored)) {
        snapshots_[stored.index] = *std::move(snapshot);
      } else {
        Say("the snapshot after row " + std::to_string(stored.index) + " is damaged");
      }
      return true;
    });
    FollowRows();
    CompareReplays();
    findings_.terms = state_.ledger.term;
    findings_.ledger = ToHex(HashOf(EncodeLedger(state_.ledger)));
  }

  /// The first replay, row by row; `again_` is the second, which goes through bytes at every beginning of a term.
  void FollowRows() {
    Link last = {};
    std::int64_t index = 0;
    const std::string broken = rows_.ReadRows(0, [&](const StoredRow& stored) {
      const Row& row = stored.row;
      const Link link = LinkOf(last, row);
      std::string wrong = WrongWith(stored, index, link);
      const auto input = Decode(static_cast<int>(row.kind), row.time, row.blob);
      if (wrong.empty() && !input) wrong = "is whole but has no meaning here";
      if (!wrong.empty()) {
        Say("row " + std::to_string(index + 1) + " " + wrong);
        return false;
      }
      last = link;
      index = row.index;
      TakeRow(*input, index);
      return true;
    });
    if (!broken.empty()) Say(broken);
  }

  void TakeRow(const Input& input, std::int64_t index) {
    const bool begins = std::holds_alternative<Started>(input.what);
    if (begins && index > compared_ + kCompareEvery) CompareReplays();
    Replay(state_, input);
    Replay(again_, input);
    ++findings_.rows;
    CompareSnapshot(index);
  }

  void CompareSnapshot(std::int64_t index) {
    const auto snapshot = snapshots_.find(index);
    if (snapshot == snapshots_.end()) return;
    if (snapshot->second.ledger == state_.ledger) {
      ++findings_.snapshots;
    } else {
      Say("the snapshot after row " + std::to_string(index) + " is not what the rows give");
    }
  }

  void CompareReplays() {
    compared_ = static_cast<std::int64_t>(findings_.rows);
    const std::string after = "after row " + std::to_string(findings_.rows);
    const std::string bytes = EncodeLedger(state_.ledger);
    std::optional<Ledger> ledger = DecodeLedger(bytes);
    std::optional<EventLog> log = DecodeLog(EncodeLog(state_.log));
    if (!ledger || !log || EncodeLedger(*ledger) != bytes || !(*ledger == state_.ledger)) {
      return Say("the ledger is another one when it was written down and read, " + after);
    }
    if (!(again_.ledger == state_.ledger) || !(again_.log.memory() == state_.log.memory())) {
      Say("two replays give two ledgers, " + after);
    }
    again_.ledger = std::move(*ledger);
    again_.log = std::move(*log);
  }

  const std::string file_;
  Database database_;
  SqliteRows rows_{database_};
  std::map<std::int64_t, Snapshot> snapshots_;
  State state_, again_;
  std::int64_t compared_ = 0;  // so many rows were in both when they were compared
  JournalFindings findings_;
};

}  // namespace

JournalFindings CheckJournal(const std::string& file) {
  return Check(file).Run();
}

}  // namespace continuo::coordinator
