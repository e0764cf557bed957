// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/key_memory.h"

extern "C" {
// The linker script's.
extern const std::uint8_t __key_page[108];
}

namespace continuo::mcu::board {

std::span<const std::uint8_t> KeyMemory() {
  return __key_page;
}

}  // namespace continuo::mcu::board
