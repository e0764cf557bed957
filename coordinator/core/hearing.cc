// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/hearing.h"

#include <algorithm>

#include "coordinator/core/replica_health.h"
#include "coordinator/core/watch.h"
#include "proto/plan/routes.h"

namespace continuo::coordinator {

bool HeardByAll(Watch& watch, const Ledger& ledger, dsp::TaskId task, Incarnation incarnation,
                Nanoseconds time) {
  const plan::Task* const known = FindTask(ledger, task);
  if (known == nullptr) return true;  // nobody hears what is no part of the show any more
  const auto [at, is_new] = watch.hearing.newcomers.try_emplace(incarnation);
  Hearing::Newcomer& newcomer = at->second;
  if (is_new) {
    newcomer.version = ledger.plan.version;
    newcomer.receivers = plan::ReceiversOf(ledger.plan, *known);
    newcomer.since = time;
  }
  if (time >= newcomer.since + kHearingPatience) return true;
  return std::ranges::all_of(newcomer.receivers, [&](plan::NodeId node) {
    const auto report = watch.reports.find(node);
    const bool says_so =
        report != watch.reports.end() && report->second.status.plan_version >= newcomer.version;
    return says_so || IsDoubted(ledger, node);
  });
}

void ConcludeHeard(Watch& watch, const Ledger& ledger, Nanoseconds time, Effects& effects) {
  std::erase_if(watch.hearing.newcomers, [&ledger](const auto& entry) {
    const ReplicaRecord* const record = RecordOf(ledger, entry.first);
    return record == nullptr || record->heard;
  });
  for (const Incarnation incarnation : watch.unheard) {
    const ReplicaRecord* const record = RecordOf(ledger, incarnation);
    const bool is_in = record != nullptr && !record->heard && !record->unsure &&
                       (record->state == plan::ReplicaState::kInSync ||
                        record->state == plan::ReplicaState::kTainted ||
                        record->state == plan::ReplicaState::kWitness);
    if (!is_in || !HeardByAll(watch, ledger, record->task, incarnation, time)) continue;
    effects.emplace_back(
        Raise{{time, ReplicaChanged{
                         record->task, incarnation, record->state, record->n, {}, false, true}}});
  }
}

}  // namespace continuo::coordinator
