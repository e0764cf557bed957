// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "coordinator/core/journal.h"
#include "coordinator/core/shared_store.h"

namespace continuo::coordinator {

/// The journal of several coordinators, for one time of leading: a row is a key `journal/` and 20 digits, its value
/// the row chained to those before it like in the file of one coordinator. What is written is guarded by the leader
/// key, so a leader that was replaced and does not know it yet writes nothing. An answer that does not come is asked
/// for again under the same keys until it is certain, or `held` is false.
///
/// `guard`: create revision of the leader key. `held`: by the own clock nobody else can lead; once false it stays so.
/// Both must outlive the journal. ForEach comes before the first Append.
std::unique_ptr<Journal> MakeSharedJournal(SharedStore& store, Revision guard,
                                           std::function<bool()> held);

/// "journal/00000000000000000042"
std::string SharedJournalKey(std::uint64_t index);

}  // namespace continuo::coordinator
