// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace continuo::mcu::board {

/// Fills `words` with bits that nobody can foresee. False: this board has no source of them, or one that doubts itself;
/// then they are worth nothing. Main program.
bool Random(std::span<std::uint32_t> words);

}  // namespace continuo::mcu::board
