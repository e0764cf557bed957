// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Rows of the journal were lost (it was damaged, and begun anew), and with them what the agents play. They are asked
// for it, and what they play becomes what the ledger says: no sample is altered by that.
//
// Before it is welcomed, since its number is in its plan, the agent is asked; when it has answered it attaches anew.
// Of a large plan each agent has its part: held_parts.h.
//
// What no plan tells is gone: who asked for what, names of scenes, the file of the show, verdicts of commands.

namespace continuo::coordinator {

/// The agent has heard a coordinator of a term that only lost rows can have begun: one later than the ledger's, or the
/// same though it was not welcomed to it.
bool HasHeardLostTerm(const Ledger& ledger, const plan::Hello& hello);
/// Agents that have heard that term would heed no word of an older one, and would take this one's for those of another
/// of the same. A later one begins; who was welcomed to the one before attaches anew.
void OutliveTerm(Ledger& ledger, std::uint64_t heard, Nanoseconds time, Effects& effects);

/// The agent plays what only lost rows can have said: a plan later than any of this ledger, or the date of its newest,
/// or one of its performance that is not among those that were dated, while there has been a later one since. The
/// ledger has no reason to want it to stop.
bool PlaysWhatWasLost(const Ledger& ledger, const plan::Hello& hello);

/// What such an agent answered. The latest plan is what the ledger says from now on; an older one joins those that were
/// dated, so that whoever holds it goes on from it to the one of now. A term and a version that lost rows may have
/// given out are never given out again.
void TakeHeldPlan(Ledger& ledger, ConnectionId connection, const plan::PlanHeld& held,
                  Nanoseconds time, Effects& effects);

/// Why what an agent plays, by a plan or a part of one, cannot go on; empty: it can.
std::string WhyNotAdopted(const Ledger& ledger, const plan::Plan& plan);
/// Such a plan, in a sentence for people.
std::string Called(const plan::Plan& plan);
/// What the ledger says from now on. `plan`: whole, later than the ledger's, and nothing speaks against it.
void TakeOver(Ledger& ledger, const plan::Plan& plan, Nanoseconds time, Effects& effects);

/// A number that some node had before the rows were lost, and nothing else is known of it: no plan that was taken over
/// names it. It is not given out again, and nobody is shown it.
bool IsUnknown(const NodeRecord& node);

/// Versions of plans in one term, at most: each term begins with a version that no term before it can have given out,
/// whether its rows are still there or not.
inline constexpr std::uint32_t kVersionsPerTerm = 1024;
/// The last version that terms before this one can have given out; 0 beyond term 2^22, where there is no more room.
inline std::uint32_t VersionsBefore(std::uint64_t term) {
  constexpr std::uint64_t kTerms = (std::uint64_t{1} << 32) / kVersionsPerTerm;
  return term == 0 || term > kTerms ? 0 : static_cast<std::uint32_t>((term - 1) * kVersionsPerTerm);
}

/// Between the incarnations of two terms: more than lost rows of the one can have given out.
inline constexpr Incarnation kIncarnationsSkipped = 1024;

}  // namespace continuo::coordinator
