// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/folder_lock.h"
#include "coordinator/edge/store/input_codec.h"
#include "coordinator/edge/store/sqlite_rows.h"

namespace continuo::coordinator {
namespace {

constexpr const char* kSettings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";

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

class SqliteJournal final : public Journal {
 public:
  std::string Start(const std::string& folder, bool rebuild, JournalReport& report) {
    path_ = folder + "/" + kJournalFile;
    if (std::string wrong = lock_.Take(folder); !wrong.empty()) return wrong;
    std::string wrong = Begin(report);
    if (damage_.empty() || !rebuild) return wrong;
    database_.Close();
    std::string aside;
    if (wrong = MoveAside(path_, aside); !wrong.empty()) return path_ + ": " + wrong;
    report = {};
    report.notes.push_back(path_ + ": " + damage_ + ": it was moved to " + aside +
                           ". The journal begins anew, with what the agents play");
    return Begin(report);
  }

  std::string ForEach(const std::function<void(const Input&)>& take) override {
    return chain_->ForEach(take);
  }
  std::string Recover(State& state) override { return chain_->Recover(state); }
  std::string Keep(const State& state, bool ends) override { return chain_->Keep(state, ends); }
  Appended Append(std::uint64_t term, std::span<const Input> inputs) override {
    return chain_->Append(term, inputs);
  }

 private:
  /// Empty, or a sentence. What --rebuild is for, is also in damage_.
  std::string Begin(JournalReport& report) {
    damage_.clear();
    chain_.emplace(rows_, path_);
    if (std::string wrong = database_.Open(path_); !wrong.empty()) return chain_->Named(wrong);
    std::int64_t format = 0;
    if (std::string wrong = Prepare(format); !wrong.empty()) {
      chain_->SetDamage(std::move(wrong));
    } else if (format == 0) {
      const std::string sql = "PRAGMA user_version=" + std::to_string(kFormat);
      wrong = database_.Run(sql.c_str());
      if (!wrong.empty()) return chain_->Named(wrong);
    }
    if (chain_->damage().empty()) chain_->Open(report);
    damage_ = chain_->damage();
    return damage_.empty() ? "" : chain_->Refusal();
  }

  std::string Prepare(std::int64_t& format) {
    if (std::string wrong = database_.Run(kSettings); !wrong.empty()) return wrong;
    if (std::string wrong = CheckJournalFormat(database_, format); !wrong.empty()) return wrong;
    return rows_.Prepare();
  }

  std::string path_, damage_;
  FolderLock lock_;
  Database database_;
  SqliteRows rows_{database_};
  std::optional<ChainedJournal> chain_;
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
