// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/coordinator.h"

#include <iterator>

namespace continuo::coordinator {

Effects Step(State& state, const Input& input) {
  Effects effects;
  if (IsDurable(input)) effects = Record(state.ledger, input);
  Effects seen = Observe(state.watch, state.ledger, input);
  effects.insert(effects.end(), std::make_move_iterator(seen.begin()),
                 std::make_move_iterator(seen.end()));
  return effects;
}

void Replay(State& state, const Input& input) {
  if (IsDurable(input)) Record(state.ledger, input);
}

}  // namespace continuo::coordinator
