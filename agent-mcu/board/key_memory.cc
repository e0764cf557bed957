// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/key_memory.h"

extern "C" {
// The linker script's.
extern const std::uint8_t __key_page[4096];
}

namespace continuo::mcu::board {

std::span<const std::uint8_t> KeyMemory() {
  return std::span(__key_page).first(108);
}

std::span<const std::uint8_t> BridgeMemory() {
  return std::span(__key_page).subspan(128, 24);
}

}  // namespace continuo::mcu::board
