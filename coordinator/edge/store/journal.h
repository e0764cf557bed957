// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "coordinator/core/journal.h"

namespace continuo::coordinator {

struct JournalReport {
  std::string error;  ///< not empty: could not be opened; a sentence with what to do
  std::uint64_t rows = 0;
  std::string cut;  ///< not empty: a damaged tail was cut off; a sentence
};

/// The journal of one coordinator, in an SQLite file (WAL, synchronous=FULL): opens or creates
/// `folder`/journal.sqlite. Each row carries the hash of the row before it, so that a row that was torn, edited or lost
/// is noticed: what follows it is cut off when the journal is opened, and `JournalReport::cut` says so.
///
/// One process at a time: a lock on `<folder>/lock` is held as long as the journal is open. nullptr if report.error.
std::unique_ptr<Journal> OpenJournal(const std::string& folder, JournalReport& report);

}  // namespace continuo::coordinator
