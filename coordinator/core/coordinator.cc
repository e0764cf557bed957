// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/coordinator.h"

#include <iterator>

namespace continuo::coordinator {
namespace {

/// Who was told that nobody answers has had the answer; that the verdict came after all is seen in the status.
void KeepToOneAnswer(const Watch& watch, const Input& input, Effects& effects) {
  const auto* const spoke = std::get_if<AgentSpoke>(&input.what);
  if (spoke == nullptr) return;
  const auto* const verdict = std::get_if<plan::VerdictReached>(&spoke->message);
  if (verdict == nullptr || !watch.overdue.contains(verdict->id)) return;
  std::erase_if(effects,
                [](const Effect& effect) { return std::holds_alternative<Answer>(effect); });
}

}  // namespace

Effects Step(State& state, const Input& input) {
  Effects effects;
  if (IsDurable(input)) effects = Record(state.ledger, input);
  KeepToOneAnswer(state.watch, input, effects);
  Effects seen = Observe(state.watch, state.ledger, input);
  effects.insert(effects.end(), std::make_move_iterator(seen.begin()),
                 std::make_move_iterator(seen.end()));
  state.log.Take(state.ledger, input, effects);
  return effects;
}

void Replay(State& state, const Input& input) {
  if (!IsDurable(input)) return;
  const Effects effects = Record(state.ledger, input);
  state.log.Take(state.ledger, input, effects);
}

}  // namespace continuo::coordinator
