// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board {

/// From now on the board resets itself unless it is fed at least every `ms`.
void WatchdogBegin(std::uint32_t ms);
void WatchdogFeed();
/// True: it was the watchdog that ended the life before this one, and nobody was told. Says so once.
bool WatchdogBit();

}  // namespace continuo::mcu::board
