// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/store/journal_file.h"

#include "coordinator/edge/store/input_codec.h"

namespace continuo::coordinator {

std::string CheckJournalFormat(Database& database, std::int64_t& format) {
  Statement select(database, "PRAGMA user_version");
  format = select.Step() ? select.Int(0) : -1;
  if (format < 0) return database.Error();
  if (format == 0 || format == kFormat) return "";
  return "was written by another version of Continuo (format " + std::to_string(format) +
         ", this one reads " + std::to_string(kFormat) + ")";
}

}  // namespace continuo::coordinator
