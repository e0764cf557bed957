// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace continuo::coordinator {

/// What is in the file of a journal.
struct JournalFindings {
  std::uint64_t rows = 0;   ///< that are good, from the first on
  std::uint64_t terms = 0;  ///< the last one's number
  std::string
      ledger;  ///< SHA-256 of the ledger that the rows give (ledger_codec.h), lower-case hex
  std::uint64_t snapshots = 0;     ///< that stand for the same as the rows before them
  std::vector<std::string> wrong;  ///< sentences; empty: all is well
};

/// Reads the file, which may be in use, and changes nothing: every row follows from those before it and means
/// something, each snapshot is what they give up to there, and replaying them twice gives the same ledger, also when
/// it is written down and read in between.
JournalFindings CheckJournal(const std::string& file);

}  // namespace continuo::coordinator
