// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/coordinator.h"

#include <iterator>

#include "coordinator/core/commands.h"

namespace continuo::coordinator {

Effects Step(State& state, const Input& input) {
  const bool again = IsAskedAgain(state.ledger, input);
  Effects effects;
  if (IsDurable(input)) effects = Record(state.ledger, input);
  Effects seen = Observe(state.watch, state.ledger, input);
  effects.insert(effects.end(), std::make_move_iterator(seen.begin()),
                 std::make_move_iterator(seen.end()));
  if (!again) state.log.Take(state.ledger, input, effects);
  state.watch.waiting.Answer(effects);
  return effects;
}

void Replay(State& state, const Input& input) {
  if (!IsDurable(input)) return;
  const bool again = IsAskedAgain(state.ledger, input);
  const Effects effects = Record(state.ledger, input);
  if (!again) state.log.Take(state.ledger, input, effects);
}

bool HearsNobody(const State& state, Nanoseconds time) {
  return state.watch.detector.HearsNobody(time);
}

}  // namespace continuo::coordinator
