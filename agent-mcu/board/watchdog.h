// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu::board {

/// From now on the board resets itself unless it is fed at least every `ms`.
void WatchdogBegin(std::uint32_t ms);
void WatchdogFeed();

}  // namespace continuo::mcu::board
