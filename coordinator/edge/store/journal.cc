// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/folder_lock.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/journal_file.h"
#include "coordinator/edge/store/row_chain.h"
#include "coordinator/edge/store/snapshots.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kSettings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS entries (idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, "
    "time INTEGER NOT NULL, kind INTEGER NOT NULL, blob BLOB NOT NULL, link BLOB NOT NULL)";

/// A file, and what SQLite has beside it, under a name that is free: `aside`. Empty, or what is wrong.
std::string MoveAside(const std::string& path, std::string& aside) {
  int number = 1;
  do {
    aside = path + ".damaged-" + std::to_string(number++);
  } while (std::filesystem::exists(aside));
  for (const char* part : {"-wal", "-shm", ""}) {
    std::error_code error;
    if (!std::filesystem::exists(path + part)) continue;
    std::filesystem::rename(path + part, aside + part, error);
    if (error) return "cannot be moved to " + aside + ": " + error.message();
  }
  return "";
}

class SqliteJournal : public Journal {
 public:
  std::string Start(const std::string& folder, bool rebuild, JournalReport& report) {
    path_ = folder + "/" + kJournalFile;
    if (std::string wrong = lock_.Take(folder); !wrong.empty()) return wrong;
    std::string wrong = Begin(report);
    if (damage_.empty() || !rebuild) return wrong;
    database_.Close();
    std::string aside;
    if (wrong = MoveAside(path_, aside); !wrong.empty()) return Named(wrong);
    report = {};
    report.notes.push_back(Named(damage_) + ": it was moved to " + aside +
                           ". The journal begins anew, with what the agents play");
    last_index_ = kept_index_ = 0;
    last_link_ = {};
    snapshot_.reset();
    return Begin(report);
  }

  std::string ForEach(const std::function<void(const Input&)>& take) override {
    return EachAfter(0, take);
  }

  std::string Recover(State& state) override {
    std::int64_t from = 0;
    if (snapshot_) {
      state.ledger = std::move(snapshot_->ledger);
      state.log = std::move(snapshot_->log);
      from = snapshot_->index;
      snapshot_.reset();
    }
    return EachAfter(from, [&state](const Input& input) { Replay(state, input); });
  }

  std::string Keep(const State& state, bool ends) override {
    const std::int64_t since = last_index_ - kept_index_;
    if (since < (ends ? 1 : kSnapshotEvery)) return "";
    kept_index_ =
        last_index_;  // also when it fails: the disk may be full, and it is no small matter
    const std::string wrong = WriteSnapshot(database_, last_index_, last_link_, state);
    return wrong.empty() ? "" : Named(wrong);
  }

  Appended Append(std::uint64_t term, std::span<const Input> inputs) override {
    if (inputs.empty()) return {};
    if (std::string wrong = database_.Run("BEGIN IMMEDIATE"); !wrong.empty()) {
      return {Appended::Fate::kRefused, Named(wrong)};
    }
    std::int64_t index = last_index_;
    Link link = last_link_;
    std::string wrong = InsertAll(term, inputs, index, link);
    if (wrong.empty()) wrong = database_.Run("COMMIT");
    if (!wrong.empty()) {
      database_.Run("ROLLBACK");
      return {Appended::Fate::kRefused, Named(wrong)};
    }
    last_index_ = index;
    last_link_ = link;
    return {};
  }

 private:
  std::string Named(const std::string& what) const { return path_ + ": " + what; }
  std::string Damaged(const std::string& what) {
    damage_ = what;
    return Named(what) +
           "; nothing was changed. Started with --rebuild, the coordinator moves this file aside "
           "and takes over what the agents play, which goes on meanwhile";
  }

  std::string Begin(JournalReport& report) {
    if (std::string wrong = database_.Open(path_); !wrong.empty()) return Named(wrong);
    if (std::string wrong = database_.Run(kSettings); !wrong.empty()) return Damaged(wrong);
    if (std::string wrong = CheckFormat(); !wrong.empty()) return wrong;
    if (std::string wrong = database_.Run(kTable); !wrong.empty()) return Damaged(wrong);
    if (std::string wrong = PrepareSnapshots(database_); !wrong.empty()) return Damaged(wrong);
    FindSnapshot(report);
    return FollowChain(report);
  }

  std::string EachAfter(std::int64_t from, const std::function<void(const Input&)>& take) {
    Statement select(database_, kSelectRows);
    select.Bind(1, from);
    while (select.Step()) {
      const Row row = RowOf(select);
      const auto input = Decode(static_cast<int>(row.kind), row.time, row.blob);
      if (!input) {
        return Named("row " + std::to_string(row.index) + " is whole but has no meaning here");
      }
      take(*input);
    }
    return select.ok() ? "" : Damaged(database_.Error());
  }

  std::string CheckFormat() {
    std::int64_t format = 0;
    if (std::string wrong = CheckJournalFormat(database_, format); !wrong.empty()) {
      return Damaged(wrong);
    }
    if (format != 0) return "";
    return database_.Run(("PRAGMA user_version=" + std::to_string(kFormat)).c_str());
  }

  void FindSnapshot(JournalReport& report) {
    ReadSnapshots(database_, [&](std::optional<Snapshot> snapshot, const std::string& why) {
      if (!snapshot) {
        report.notes.push_back(Named(why) + ": an older one is taken, or the rows themselves");
        return true;
      }
      kept_index_ = last_index_ = snapshot->index;
      last_link_ = snapshot->row;
      report.kept = report.rows = static_cast<std::uint64_t>(snapshot->index);
      snapshot_ = std::move(snapshot);
      return false;
    });
  }

  /// Verifies every row behind the snapshot. A last one that is torn is cut off.
  std::string FollowChain(JournalReport& report) {
    std::string why;
    {
      Statement select(database_, kSelectRows);
      select.Bind(1, last_index_);
      while (select.Step()) {
        const Row row = RowOf(select);
        const Link link = LinkOf(last_link_, row);
        why = WrongWith(select, last_index_, link);
        if (!why.empty()) break;
        last_index_ = row.index;
        last_link_ = link;
        ++report.rows;
      }
      if (!select.ok()) return Damaged(database_.Error());
    }
    if (why.empty()) return "";
    const std::int64_t behind = LastOnFile() - last_index_ - 1;
    if (behind <= 0) return CutAfter(last_index_, why, report);
    return Damaged("row " + std::to_string(last_index_ + 1) + " " + why + ", and " +
                   std::to_string(behind) + " more stand behind it");
  }

  std::int64_t LastOnFile() {
    Statement select(database_, "SELECT max(idx) FROM entries");
    return select.Step() ? select.Int(0) : 0;
  }

  std::string CutAfter(std::int64_t index, const std::string& why, JournalReport& report) {
    const std::string from = std::to_string(index);
    const std::string sql = "BEGIN; DELETE FROM entries WHERE idx > " + from +
                            "; DELETE FROM snapshots WHERE idx > " + from + "; COMMIT";
    if (std::string wrong = database_.Run(sql.c_str()); !wrong.empty()) {
      return Damaged(wrong);
    }
    report.cut = Named("row " + std::to_string(index + 1) + " " + why +
                       ": the journal was CUT OFF after row " + from);
    return "";
  }

  std::string InsertAll(std::uint64_t term, std::span<const Input> inputs, std::int64_t& index,
                        Link& link) {
    Statement insert(database_, "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)");
    for (const Input& input : inputs) {
      const EncodedInput encoded = Encode(input);
      const Row row{++index, static_cast<std::int64_t>(term), input.time,
                    static_cast<std::int64_t>(encoded.kind), encoded.bytes};
      link = LinkOf(link, row);
      insert.Bind(1, row.index);
      insert.Bind(2, row.term);
      insert.Bind(3, row.time);
      insert.Bind(4, row.kind);
      insert.Bind(5, row.blob);
      insert.Bind(6, LinkText(link));
      insert.Step();
      if (!insert.ok()) return database_.Error();
      insert.Reset();
    }
    return "";
  }

  std::string path_, damage_;
  FolderLock lock_;
  Database database_;
  std::optional<Snapshot> snapshot_;  // until it is recovered from
  std::int64_t kept_index_ = 0;       // that the newest snapshot stands for
  std::int64_t last_index_ = 0;
  Link last_link_ = {};
};

}  // namespace

std::unique_ptr<Journal> OpenJournal(const std::string& folder, JournalReport& report,
                                     bool rebuild) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    report.error = "cannot make the state folder " + folder + ": " + error.message();
    return nullptr;
  }
  auto journal = std::make_unique<SqliteJournal>();
  report.error = journal->Start(folder, rebuild, report);
  if (!report.error.empty()) return nullptr;
  return journal;
}

}  // namespace continuo::coordinator
