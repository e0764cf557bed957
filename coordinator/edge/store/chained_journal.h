// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/journal.h"
#include "coordinator/edge/store/row_file.h"
#include "coordinator/edge/store/snapshots.h"

namespace continuo::coordinator {

struct JournalReport {
  std::string error;  ///< not empty: could not be opened; a sentence with what to do
  std::uint64_t rows = 0;
  std::uint64_t kept = 0;  ///< of them, those that a snapshot stands for: they need not be replayed
  std::vector<std::string> notes;  ///< what else is worth telling; sentences
  std::string cut;                 ///< not empty: a damaged tail was cut off; a sentence
};

/// What is wrong with the row that follows the one at `last`, whose own link should be `link`, in words that go on
/// after "row 7"; empty: nothing.
std::string WrongWith(const StoredRow& stored, std::int64_t last, const Link& link);

/// The journal over a file of rows, each of which carries the hash of the one before it.
class ChainedJournal : public Journal {
 public:
  /// `file` must outlive it. `name`: of it, for people. A snapshot is taken every so many rows.
  ChainedJournal(RowFile& file, std::string name, std::int64_t snapshot_every = kSnapshotEvery)
      : file_(file), name_(std::move(name)), snapshot_every_(snapshot_every) {}

  /// Once, before anything else. Finds the newest snapshot that is whole and verifies every row behind it. A last row
  /// that is torn is cut off. False: damaged further in front (damage()), and nothing was changed.
  bool Open(JournalReport& report);
  /// In words that go on after the file's name.
  const std::string& damage() const { return damage_; }
  /// The file could not be made ready to be opened.
  void SetDamage(std::string what) { damage_ = std::move(what); }
  /// A sentence, with the way out.
  std::string Refusal() const;
  std::string Named(const std::string& what) const { return name_ + ": " + what; }

  std::string ForEach(const std::function<void(const Input&)>& take) override {
    return EachAfter(0, take);
  }
  std::string Recover(State& state) override;
  std::string Keep(const State& state, bool ends) override;
  Appended Append(std::uint64_t term, std::span<const Input> inputs) override;

 private:
  std::string EachAfter(std::int64_t from, const std::function<void(const Input&)>& take);
  void FindSnapshot(JournalReport& report);
  void FollowChain(JournalReport& report);
  void CutAfter(std::int64_t index, const std::string& why, JournalReport& report);

  RowFile& file_;
  const std::string name_;
  const std::int64_t snapshot_every_;
  std::string damage_;
  std::optional<Snapshot> snapshot_;  // until it is recovered from
  std::int64_t kept_index_ = 0;       // that the newest snapshot stands for
  std::int64_t last_index_ = 0;
  Link last_link_ = {};
};

}  // namespace continuo::coordinator
