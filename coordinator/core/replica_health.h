// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/ledger.h"

// How the replicas of a task are, as far as the ledger knows.

namespace continuo::coordinator {

/// Best first: up to kTainted it computes.
enum class Health : std::uint8_t {
  kSound,    ///< computes, in sync
  kTainted,  ///< computes, but cannot prove what
  kWitness,  ///< holds log and checkpoint
  kJoining,
  kDoubted,  ///< its node is probably dead; it may turn out to be well
  kRetired,  ///< left on purpose, and lingers to answer repairs
  kLost,  ///< can never be in sync again: it was shut out, failed to join, or computes something else
};

Health HealthOf(const Ledger& ledger, const plan::Task& task, const plan::Replica& replica);

/// Do all who hear its task know of it?
bool IsHeard(const Ledger& ledger, Incarnation incarnation);

/// A task's replicas, counted. Those that leave count apart from the others.
struct Census {
  int sound = 0, tainted = 0;  ///< computing, not leaving
  int sound_leaving = 0;       ///< computing, leaving
  int unheard = 0;             ///< of the sound ones: not all who hear the task know of them
  int witnesses = 0;           ///< well or joining, not leaving
  int joining = 0;             ///< computing ones to be
  /// Somebody whose state a newcomer can take over.
  bool has_donor() const { return sound + sound_leaving + tainted > 0; }
  /// In sync, and all who hear the task know it: so many are left if the others leave.
  int heard() const { return sound - unheard; }
  /// Those that count as what the show asks for: in sync; where nobody is, the best there are.
  int providers() const { return sound + sound_leaving > 0 ? sound : tainted; }
};
Census Count(const Ledger& ledger, const plan::Task& task);

plan::Task* FindTask(Ledger& ledger, dsp::TaskId id);
const plan::Task* FindTask(const Ledger& ledger, dsp::TaskId id);
/// nullptr if the task has none of that incarnation.
plan::Replica* FindReplica(plan::Task& task, Incarnation incarnation);
const plan::Replica* FindReplica(const plan::Task& task, Incarnation incarnation);
/// What a task has on that node; nullptr if nothing.
const plan::Replica* FindReplicaOn(const plan::Plan& plan, dsp::TaskId task, plan::NodeId node);
/// Likewise, a witness does not count.
const plan::Replica* ComputingOn(const plan::Task& task, plan::NodeId node);
/// Incarnations are of one task each; nullptr: it is in the plan no more.
const ReplicaRecord* RecordOf(const Ledger& ledger, Incarnation incarnation);
ReplicaRecord* FindRecord(Ledger& ledger, dsp::TaskId task, Incarnation incarnation);
const ReplicaRecord* FindRecord(const Ledger& ledger, dsp::TaskId task, Incarnation incarnation);

/// There is reason to believe that nothing on that node runs any more.
bool IsDoubted(const Ledger& ledger, plan::NodeId node);

/// Its name, or "node 7".
std::string NameOf(const Ledger& ledger, plan::NodeId node);
std::string NameOf(const plan::Task& task);

}  // namespace continuo::coordinator
