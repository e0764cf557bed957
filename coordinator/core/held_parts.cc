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

const plan::Plan& Newest(const HeldParts& held) {
  return *std::ranges::max_element(held.parts, {}, &plan::Plan::version);
}

/// Somebody of each task has told. Before that nothing is put together: there may be thousands of parts.
bool AllHaveTold(const HeldParts& held) {
  return static_cast<int>(held.known.size()) >= Newest(held).all_tasks;
}

/// The ledger has that plan, but for its date.
bool IsUndated(const Ledger& ledger, const plan::Plan& plan) {
  return ledger.show.state != ShowState::kDated && ledger.plan.run == 0 &&
         ledger.plan.version == plan.version;
}

/// Of all that is known of the performance of those parts.
plan::Assembled AssembleAll(const Ledger& ledger) {
  std::vector<plan::Plan> known = ledger.held_parts.parts;
  const bool dated = ledger.show.state == ShowState::kDated;
  if (dated || IsUndated(ledger, Newest(ledger.held_parts))) known.push_back(ledger.plan);
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
void TellHowFar(const HeldParts& held, Effects& effects) {
  const std::size_t parts = held.parts.size();
  if ((parts & (parts - 1)) != 0) return;
  effects.emplace_back(LogLine{
      Severity::kWarning, Called(held.parts.back()) + ", is put together from what agents tell: " +
                              std::to_string(held.known.size()) + " of " +
                              std::to_string(Newest(held).all_tasks) +
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
  if (AllHaveTold(held) || IsUndated(ledger, Newest(held))) {
    const plan::Assembled assembled = AssembleAll(ledger);
    if (assembled.whole) return TakeOverParts(ledger, *assembled.whole, time, effects);
  }
  // Its stream stays: it would be asked again at once.
  if (is_new) TellHowFar(held, effects);
}

bool WaitsForParts(const Ledger& ledger) {
  return ledger.show.state == ShowState::kDated && !ledger.held_parts.parts.empty();
}

void TakeWhatIsTold(Ledger& ledger, Nanoseconds time, Effects& effects) {
  if (!WaitsForParts(ledger)) return;
  const plan::Assembled assembled = AssembleAll(ledger);
  if (assembled.whole) TakeOverParts(ledger, *assembled.whole, time, effects);
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
