// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

// The board's Ethernet controller. Main program.

namespace continuo::mcu::board {

/// False: there is none, or it does not answer.
bool EthernetBegin(const std::array<std::uint8_t, 6>& mac);
/// The next frame that comes interrupts once: who waits for an interrupt wakes.
void EthernetWake();
/// Of the number kEthernetInterrupt; in the interrupt.
void EthernetInterrupt();
/// The next frame that came, without its check sequence; its bytes, 0 if there is none. What is longer than `out` is
/// cut.
std::size_t EthernetReceive(std::span<std::uint8_t> out);
/// False: the controller has no room; try again later. `frame` has 14 to 1514 bytes.
bool EthernetSend(std::span<const std::uint8_t> frame);

}  // namespace continuo::mcu::board
