// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// The power goes, for all machines at once. What plays lives in the memory of its nodes, so the performance is over;
// the show is not: what it had come to is in the ledger, and is taken up again (resumption.h).

namespace continuo::coordinator {

/// Does anybody still compute the show that plays?
enum class Darkness : std::uint8_t {
  kNone,     ///< somebody does, or may
  kLikely,   ///< of those who are here nobody does, and they are more than half of those who did
  kCertain,  ///< whoever computed the session has come back without it: nobody can go on
};

/// What the ledger says of that. Only for a show that is dated and not over.
Darkness DarknessOf(const Ledger& ledger);

/// The performance is over, the show waits to be taken up again. `why`: a clause, for people. One that is lost by its
/// first sample has not begun, and will begin with that.
void LoseShow(Ledger& ledger, const std::string& why, MediaTime n, Effects& effects);

/// The show was named its first sample too late for its replicas to compute all that is needed by then: whoever has
/// begun stops, and it begins anew.
void MissDate(Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
