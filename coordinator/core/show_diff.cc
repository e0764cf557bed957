// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/show_diff.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/room.h"
#include "coordinator/core/show_check.h"
#include "coordinator/core/show_life.h"
#include "coordinator/core/show_replace.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Impossible ones first, then by how much is heard; else in the order of the file.
void Sort(std::vector<Difference>& differences) {
  std::stable_sort(differences.begin(), differences.end(),
                   [](const Difference& a, const Difference& b) { return a.heard > b.heard; });
}

Reply AnswerOf(Ledger ledger, const ShowApplied& applied, Nanoseconds time) {
  const CommandId mine = ++ledger.last_command;
  Effects effects;
  ApplyShow(ledger, applied, time, effects);
  for (Effect& effect : effects) {
    auto* const settle = std::get_if<Settle>(&effect);
    if (settle != nullptr && settle->command == mine) return std::move(settle->reply);
  }
  // It would be prepared, and is answered when that is done.
  return {.text = "\"" + applied.show.name + "\" would begin from silence"};
}

}  // namespace

ShowDiff DiffShow(const Ledger& ledger, const ShowApplied& applied, Nanoseconds time) {
  ShowDiff diff;
  diff.plays = PhaseAt(ledger, time) == ShowPhase::kPlaying;
  diff.reply = AnswerOf(ledger, applied, time);
  if (!diff.plays) {
    if (diff.reply.ok()) {
      diff.differences.push_back({Heard::kRestart, "show", "", "", "", applied.show.name,
                                  "nothing plays; the show begins with its first sample"});
    }
    return diff;
  }
  diff.playing = ledger.show.show.name;
  const Fleet fleet = FleetOf(ledger);
  if (HasErrors(CheckShow(applied.show, applied.assets, &fleet))) return diff;
  const MediaTime now = plan::MediaTimeAt(ledger.media, time);
  diff.differences = ChangeOfPlaying(ledger, applied, now).differences;
  Sort(diff.differences);
  return diff;
}

}  // namespace continuo::coordinator
