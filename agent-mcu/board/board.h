// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/units.h"

// What a program sees of the board it runs on. One folder per family of boards says how it is done.

namespace continuo::mcu::board {

/// As QEMU and the README call it.
const char* Name();

/// Clocks, UART and counter. First of all; main program.
void Begin();
/// Calls OnTick `hz` times a second from now on. `hz` 1..10,000.
void StartTick(std::uint32_t hz);
/// Time since Begin, from a counter that runs whether or not interrupts are served. Must be asked at least once a
/// minute. Any context.
Nanoseconds Now();

/// Waits until there is room for it. Main program.
void UartPut(std::uint8_t byte);
/// The next byte received, or -1. Main program, and once UartListen was called, whatever else there is to do.
int UartGet();
/// From now on bytes that come wake the program and wait for UartGet, up to 4096 of them.
void UartListen();
/// To be called in OnInterrupt with its number. True: it was the UART's.
bool UartInterrupt(unsigned number);

}  // namespace continuo::mcu::board
