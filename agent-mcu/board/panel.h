// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

// Knobs, switches and lamps, of boards that have any.

namespace continuo::mcu::board {

inline constexpr std::size_t kPanelKnobs = 4, kPanelSwitches = 4;

/// Pins and converter. Main program, after Begin.
void BeginPanel();
/// As all of them read now: knobs from 0 to 4095, then switches, 1 where one is pressed. Of the knobs one is measured
/// with each call, the others read as they did. Once a block; the block interrupt; some 40 us.
std::array<std::uint16_t, kPanelKnobs + kPanelSwitches> ReadPanel();
/// Each output on or off, by bit. The block interrupt.
void SwitchOutputs(std::uint8_t on);

}  // namespace continuo::mcu::board
