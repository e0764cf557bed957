// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "dsp/base/units.h"

// The board's Ethernet controller. Main program.

namespace continuo::mcu::board {

/// False: there is none, or it does not answer.
bool EthernetBegin(const std::array<std::uint8_t, 6>& mac);
/// Frames to this group are taken as well; it is told apart from others by six bits of a hash.
void EthernetJoin(const std::array<std::uint8_t, 6>& group);
/// The next frame that comes interrupts once, and is stamped then. To be called before what has come is taken.
void EthernetWake();
/// It has interrupted since then.
bool EthernetHasCome();
/// Of the number kEthernetInterrupt; in the interrupt.
void EthernetInterrupt();
/// The next frame that came, without its check sequence; its bytes, 0 if there is none. What is longer than `out` is
/// cut.
std::size_t EthernetReceive(std::span<std::uint8_t> out);
/// When that one came, of board::Now(). Of the first that came since EthernetWake it is when it interrupted; of others
/// when they were taken: later, never earlier.
Nanoseconds EthernetCameAt();
/// False: the controller has no room; try again later. `frame` has 14 to 1514 bytes.
bool EthernetSend(std::span<const std::uint8_t> frame);
/// When that one was complete, of board::Now(): from then on it may leave.
Nanoseconds EthernetLeftAt();

}  // namespace continuo::mcu::board
