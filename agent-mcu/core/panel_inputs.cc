// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/panel_inputs.h"

#include <algorithm>

namespace continuo::mcu {

PanelInputs::MovedInputs PanelInputs::Read(const PanelReadings& readings, MediaTime n,
                                           std::uint8_t watched) {
  MovedInputs moved;
  for (std::size_t i = 0; i < kPanelInputs; ++i) {
    State& state = states_[i];
    const std::uint16_t most = i < kKnobs ? kKnobMost : 1;
    const std::uint16_t reading = std::min(readings[i], most);
    if ((watched >> i & 1) == 0 || !state.known) {
      state = {.known = (watched >> i & 1) != 0, .other = reading, .since = kBetweenMs, .at = n};
      positions_[i] = reading;
      continue;
    }
    if (i < kKnobs ? KnobMoved(i, reading, n) : SwitchMoved(i, reading, n)) {
      moved.push_back({static_cast<std::uint8_t>(i), positions_[i], state.at});
    }
  }
  return moved;
}

// Both ends are reached, whatever the noise.
bool PanelInputs::KnobMoved(std::size_t input, std::uint16_t reading, MediaTime n) {
  State& state = states_[input];
  state.since = std::min(state.since + 1, kBetweenMs);
  if (reading <= kKnobNoise / 2) reading = 0;
  if (reading >= kKnobMost - kKnobNoise / 2) reading = kKnobMost;
  const int apart = reading - positions_[input];
  const bool at_end = apart != 0 && (reading == 0 || reading == kKnobMost);
  if (state.since < kBetweenMs || (!at_end && apart <= kKnobNoise && apart >= -kKnobNoise)) {
    return false;
  }
  positions_[input] = reading;
  state.since = 0;
  state.at = n;
  return true;
}

bool PanelInputs::SwitchMoved(std::size_t input, std::uint16_t reading, MediaTime n) {
  State& state = states_[input];
  if (reading != state.other) {
    state.other = reading;
    state.since = 0;
    state.at = n;
  }
  state.since = std::min(state.since + 1, kSteadyMs);
  if (state.since < kSteadyMs || state.other == positions_[input]) return false;
  positions_[input] = state.other;
  return true;
}

}  // namespace continuo::mcu
