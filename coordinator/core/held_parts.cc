// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/held_parts.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/adoption.h"
#include "proto/plan/whole.h"

namespace continuo::coordinator {
namespace {

void AddPart(HeldParts& held, const plan::Plan& part) {
  held.parts.push_back(part);
  for (const plan::Task& task : part.tasks) {
    if (task.foreign) continue;
    const auto at = std::ranges::lower_bound(held.known, task.description.id);
    if (at == held.known.end() || *at != task.description.id) {
      held.known.insert(at, task.description.id);
    }
  }
}

/// All that is known of the performance of those parts. Not looked at before there can be enough of it: there may be
/// thousands of parts.
plan::Assembled AssembleAll(const Ledger& ledger) {
  const HeldParts& held = ledger.held_parts;
  std::vector<plan::Plan> known = held.parts;
  if (ledger.show.state == ShowState::kDated) {
    known.push_back(ledger.plan);
  } else if (const int all = std::ranges::max(held.parts, {}, &plan::Plan::version).all_tasks;
             static_cast<int>(held.known.size()) < all) {
    return {.whole = {}, .known = static_cast<int>(held.known.size()), .all = all};
  }
  return plan::Assemble(known);
}

/// Those who wait can go on.
void TakeOverParts(Ledger& ledger, const plan::Plan& whole, Nanoseconds time, Effects& effects) {
  if (const std::string why = WhyNotAdopted(ledger, whole); !why.empty()) {
    effects.emplace_back(LogLine{Severity::kError, Called(whole) + ", is stopped: " + why});
    StopHeldParts(ledger, effects);
    return;
  }
  TakeOver(ledger, whole, time, effects);
  const HeldParts held = std::exchange(ledger.held_parts, {});
  for (const plan::Plan& part : held.parts) {
    if (ledger.plans.Find(part.version) == nullptr) ledger.plans.Insert(plan::AsHeld(whole, part));
  }
  for (const ConnectionId connection : held.connections) {
    effects.emplace_back(CloseConnection{connection});
  }
}

/// Said now and then.
void TellHowFar(const HeldParts& held, const plan::Assembled& assembled, Effects& effects) {
  const std::size_t parts = held.parts.size();
  if ((parts & (parts - 1)) != 0) return;
  effects.emplace_back(LogLine{
      Severity::kWarning, Called(held.parts.back()) + ", is put together from what agents tell: " +
                              std::to_string(assembled.known) + " of " +
                              std::to_string(assembled.all) +
                              " tasks are known. It plays on; \"continuo show stop\" ends it"});
}

}  // namespace

void TakePart(Ledger& ledger, ConnectionId connection, const plan::Plan& part, Nanoseconds time,
              Effects& effects) {
  HeldParts& held = ledger.held_parts;
  // One performance was the last: who still plays one before it does so because nobody could tell it to stop.
  if (!held.parts.empty() && held.parts.front().run < part.run) StopHeldParts(ledger, effects);
  if (!held.parts.empty() && held.parts.front().run > part.run) {
    effects.emplace_back(
        LogLine{Severity::kError, Called(part) + ", is stopped: others play a later show"});
    effects.emplace_back(SendToAgent{connection, plan::ShowStopped{ledger.term}});
    effects.emplace_back(CloseConnection{connection});
    return;
  }
  held.connections.push_back(connection);
  const bool is_new = std::ranges::find(held.parts, part) == held.parts.end();
  if (is_new) AddPart(held, part);
  const plan::Assembled assembled = AssembleAll(ledger);
  if (assembled.whole) return TakeOverParts(ledger, *assembled.whole, time, effects);
  // Its stream stays: it would be asked again at once.
  if (is_new) TellHowFar(held, assembled, effects);
}

bool StopHeldParts(Ledger& ledger, Effects& effects) {
  const HeldParts held = std::exchange(ledger.held_parts, {});
  for (const ConnectionId connection : held.connections) {
    effects.emplace_back(SendToAgent{connection, plan::ShowStopped{ledger.term}});
    effects.emplace_back(CloseConnection{connection});
  }
  return !held.parts.empty();
}

}  // namespace continuo::coordinator
