// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal.h"

#include <filesystem>

#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/folder_lock.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/row_chain.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kSettings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS entries (idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, "
    "time INTEGER NOT NULL, kind INTEGER NOT NULL, blob BLOB NOT NULL, link BLOB NOT NULL)";
constexpr const char* kSelect =
    "SELECT idx, term, time, kind, blob, link FROM entries ORDER BY idx";

Row RowOf(const Statement& select) {
  return {select.Int(0), select.Int(1), select.Int(2), select.Int(3), select.Blob(4)};
}

class SqliteJournal : public Journal {
 public:
  std::string Start(const std::string& folder, JournalReport& report) {
    path_ = folder + "/journal.sqlite";
    if (std::string wrong = lock_.Take(folder); !wrong.empty()) return wrong;
    if (std::string wrong = database_.Open(path_); !wrong.empty()) return Named(wrong);
    if (std::string wrong = database_.Run(kSettings); !wrong.empty()) return Damaged(wrong);
    if (std::string wrong = CheckFormat(); !wrong.empty()) return wrong;
    if (std::string wrong = database_.Run(kTable); !wrong.empty()) return Named(wrong);
    return FollowChain(report);
  }

  std::string ForEach(const std::function<void(const Input&)>& take) override {
    Statement select(database_, kSelect);
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
  std::string Damaged(const std::string& what) const {
    return Named(what) + "; move the file away to begin with an empty state (agents play on)";
  }

  std::string CheckFormat() {
    Statement select(database_, "PRAGMA user_version");
    const std::int64_t format = select.Step() ? select.Int(0) : -1;
    if (format == kFormat) return "";
    if (format == 0) {
      return database_.Run(("PRAGMA user_version=" + std::to_string(kFormat)).c_str());
    }
    if (format < 0) return Damaged(database_.Error());
    return Damaged("was written by another version of Continuo (format " + std::to_string(format) +
                   ", this one reads " + std::to_string(kFormat) + ")");
  }

  /// Verifies every row; cuts off what follows the last good one.
  std::string FollowChain(JournalReport& report) {
    std::string why;
    {
      Statement select(database_, kSelect);
      while (select.Step()) {
        const Row row = RowOf(select);
        const Link link = LinkOf(last_link_, row);
        if (row.index != last_index_ + 1) why = "is missing";
        if (why.empty() && select.Blob(5) != LinkText(link))
          why = "does not follow from those before it";
        if (!why.empty()) break;
        last_index_ = row.index;
        last_link_ = link;
        ++report.rows;
      }
      if (!select.ok()) return Damaged(database_.Error());
    }
    return why.empty() ? "" : CutAfter(last_index_, why, report);
  }

  std::string CutAfter(std::int64_t index, const std::string& why, JournalReport& report) {
    const std::string from = std::to_string(index);
    if (std::string wrong = database_.Run(("DELETE FROM entries WHERE idx > " + from).c_str());
        !wrong.empty()) {
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

  std::string path_;
  FolderLock lock_;
  Database database_;
  std::int64_t last_index_ = 0;
  Link last_link_ = {};
};

}  // namespace

std::unique_ptr<Journal> OpenJournal(const std::string& folder, JournalReport& report) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    report.error = "cannot make the state folder " + folder + ": " + error.message();
    return nullptr;
  }
  auto journal = std::make_unique<SqliteJournal>();
  report.error = journal->Start(folder, report);
  if (!report.error.empty()) return nullptr;
  return journal;
}

}  // namespace continuo::coordinator
