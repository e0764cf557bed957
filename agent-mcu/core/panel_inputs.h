// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dsp/base/fixed.h"
#include "proto/mcu/panel.h"

namespace continuo::mcu {

/// Knobs and switches as they read, by input: a knob 0 to kKnobMost, a switch 0 or 1.
using PanelReadings = std::array<std::uint16_t, kPanelInputs>;

/// What of those readings is a move. A switch has moved when it reads alike for 5 ms, and did so when it first read
/// that way; a knob when it is further from what was told last than the noise of a converter, at most fifty times a
/// second. Where a knob stands when it begins to be watched is told to nobody: it acts when it is turned. Block
/// interrupt.
class PanelInputs {
 public:
  static constexpr std::uint16_t kKnobNoise = 12;  // of 4095
  static constexpr int kSteadyMs = 5, kBetweenMs = 20;

  struct Moved {
    std::uint8_t input = 0;
    std::uint16_t value = 0;
    MediaTime at = 0;  ///< 0: not known
  };
  using MovedInputs = FixedVector<Moved, kPanelInputs>;

  /// Once a millisecond. `n`: the time of media now; 0: not known. `watched`: inputs that matter, by bit.
  MovedInputs Read(const PanelReadings& readings, MediaTime n, std::uint8_t watched);
  /// As they stand, without noise and bounces.
  const PanelReadings& positions() const { return positions_; }

 private:
  struct State {
    bool known = false;
    std::uint16_t other = 0;  // of a switch: what it reads now
    int since = 0;            // ms: a switch, that it reads so; a knob, that it was told
    MediaTime at = 0;         // when it began to
  };

  bool KnobMoved(std::size_t input, std::uint16_t reading, MediaTime n);
  bool SwitchMoved(std::size_t input, std::uint16_t reading, MediaTime n);

  std::array<State, kPanelInputs> states_{};
  PanelReadings positions_{};
};

}  // namespace continuo::mcu
