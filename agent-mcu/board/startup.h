// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// What a program provides for startup.cc. All but Program are called in an interrupt.

extern "C" {
/// What the board is for.
[[noreturn]] void Program();
/// A fault or an exception that nobody expects; does not return. `frame`: r0-r3, r12, lr, pc, xpsr of the code it met.
[[noreturn]] void OnFault(const std::uint32_t* frame, std::uint32_t exception);
/// SysTick.
void OnTick();
}

namespace continuo::mcu::board {

/// Any other interrupt, by its number in the NVIC.
void OnInterrupt(unsigned number);

}  // namespace continuo::mcu::board
