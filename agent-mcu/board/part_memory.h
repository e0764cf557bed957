// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace continuo::mcu::board {

/// What the program leaves of the board's large memory, for its parts. Aligned to 16; main program.
std::span<std::uint8_t> PartMemory();

}  // namespace continuo::mcu::board
