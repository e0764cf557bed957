// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "coordinator/edge/store/chained_journal.h"

namespace continuo::coordinator {

/// The journal of one coordinator, in an SQLite file (WAL, synchronous=FULL): opens or creates
/// `folder`/journal.sqlite. Each row carries the hash of the row before it, so that a row that was torn, edited or lost
/// is noticed when the journal is opened. The last row alone is cut off, and `JournalReport::cut` says so; what is
/// damaged further in front is not opened. With `rebuild` a damaged file is moved aside (`journal.sqlite.damaged-1`)
/// and a new journal begun, which takes over what the agents play (core/adoption.h); one that is whole is just opened.
///
/// Every 2,000 rows, and at its end, the state that the rows give is written down beside them: a journal is opened from
/// the newest such snapshot that is whole, and only rows behind it are read. No row is ever dropped: they are what
/// snapshots are proven against (journal_check.h), and what can be read when something went wrong.
///
/// One process at a time: a lock on `<folder>/lock` is held as long as the journal is open. nullptr if report.error.
std::unique_ptr<Journal> OpenJournal(const std::string& folder, JournalReport& report,
                                     bool rebuild = false);

}  // namespace continuo::coordinator
