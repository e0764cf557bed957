// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/edge/store/database.h"
#include "coordinator/edge/store/row_chain.h"

namespace continuo::coordinator {

inline constexpr const char* kJournalFile = "journal.sqlite";
inline constexpr const char* kSelectRows =
    "SELECT idx, term, time, kind, blob, link FROM entries WHERE idx > ? ORDER BY idx";

/// The row that `select`, of kSelectRows, is at.
inline Row RowOf(const Statement& select) {
  return {select.Int(0), select.Int(1), select.Int(2), select.Int(3), select.Blob(4)};
}

/// What is wrong with the row that follows `last`, in words that go on after "row 7"; empty: nothing. `link`: its own.
inline std::string WrongWith(const Statement& select, std::int64_t last, const Link& link) {
  if (select.Int(0) != last + 1) return "is missing";
  if (select.Blob(5) != LinkText(link)) return "does not follow from those before it";
  return "";
}

/// Whether this program understands the file: empty, or a sentence. `format`: that of the file; 0: it is new.
std::string CheckJournalFormat(Database& database, std::int64_t& format);

}  // namespace continuo::coordinator
