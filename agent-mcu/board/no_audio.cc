// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/audio.h"

namespace continuo::mcu::board {

bool AudioBegin(std::uint32_t /*frames*/) {
  return false;
}

bool AudioInterrupt(unsigned /*number*/) {
  return false;
}

std::uint32_t AudioLate() {
  return 0;
}

}  // namespace continuo::mcu::board
