// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/blackout.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/replica_health.h"
#include "coordinator/core/session_view.h"
#include "coordinator/core/show_life.h"

namespace continuo::coordinator {
namespace {

/// It has state that somebody could go on from: its own, or that of a witness.
bool MayCompute(const ReplicaRecord& record) {
  switch (record.state) {
    case plan::ReplicaState::kInSync:
    case plan::ReplicaState::kTainted:
    case plan::ReplicaState::kFenced:
    case plan::ReplicaState::kWitness:
      return true;
    default:
      return false;
  }
}

bool IsHere(const Ledger& ledger, plan::NodeId node) {
  const NodeRecord* const record = FindNode(ledger, node);
  return record != nullptr && record->connection != 0;
}

std::vector<EventRecord> Committed(const Ledger& ledger) {
  std::vector<EventRecord> committed;
  for (const EventRecord& record : ledger.events) {
    if (record.verdict != Verdict::kCommitted) continue;
    committed.push_back(record);
    committed.back().command = 0;
  }
  return committed;
}

}  // namespace

Darkness DarknessOf(const Ledger& ledger) {
  bool is_certain = true;
  const plan::Task* const conductor = plan::FindTask(ledger.plan, dsp::kConductorId);
  if (conductor == nullptr) return Darkness::kCertain;
  for (const plan::Replica& replica : conductor->replicas) {
    const ReplicaRecord* const record = RecordOf(ledger, replica.incarnation);
    if (record == nullptr || !MayCompute(*record)) continue;
    if (IsHere(ledger, record->node)) return Darkness::kNone;
    is_certain = false;
  }
  if (is_certain) return Darkness::kCertain;
  // Some have not come back. Who is away may be playing, cut off from here, and then the others hear it.
  const bool any_plays = std::any_of(ledger.replicas.begin(), ledger.replicas.end(),
                                     [&ledger](const ReplicaRecord& record) {
                                       return MayCompute(record) && IsHere(ledger, record.node);
                                     });
  const auto& nodes = ledger.plan.nodes;
  const auto here = std::count_if(nodes.begin(), nodes.end(), [&ledger](const plan::Node& node) {
    return IsHere(ledger, node.id);
  });
  const bool are_most = 2 * here > static_cast<std::ptrdiff_t>(nodes.size());
  return any_plays || !are_most ? Darkness::kNone : Darkness::kLikely;
}

void LoseShow(Ledger& ledger, const std::string& why, MediaTime n, Effects& effects) {
  ledger.lost = LostShow{ledger.plan, CommittedSegments(ledger), Committed(ledger), n};
  ledger.plan.media = ledger.media;
  ledger.show.state = ShowState::kDark;
  ledger.show.problem = why;
  ledger.show.command = 0;
  for (NodeRecord& node : ledger.nodes) node.prepared = 0;
  effects.emplace_back(
      LogLine{Severity::kError, "show \"" + ledger.plan.show + "\" is silent: " + why +
                                    "; it is taken up again as soon as its nodes are back"});
}

void MissDate(Ledger& ledger, Effects& effects) {
  StopAgents(ledger, effects);
  LoseShow(ledger, "its date was written down too late", ledger.plan.start_n, effects);
}

}  // namespace continuo::coordinator
