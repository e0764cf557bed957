// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/part_memory.h"

extern "C" {
// The linker script's.
extern std::uint8_t __heap_start[], __heap_end[];
}

namespace continuo::mcu::board {

std::span<std::uint8_t> PartMemory() {
  return {__heap_start, __heap_end};
}

}  // namespace continuo::mcu::board
