// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace continuo::mcu::board {

/// The memory in which the device's key is, if it has one (proto/mcu/seal/key_page.h): the beginning of the last page
/// of flash, which no program is flashed to. Any context.
std::span<const std::uint8_t> KeyMemory();
/// Where its bridges are (proto/mcu/bridge_page.h), in the same page.
std::span<const std::uint8_t> BridgeMemory();

}  // namespace continuo::mcu::board
