// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/board.h"

#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"
#include "dsp/base/spsc.h"

// Arm MPS2: CMSDK APB UART (Cortex-M System Design Kit TRM, 4.3), SysTick, and the FPGA's 25 MHz counter. SysTick does
// not tell the time: QEMU drops ticks when its host is busy, the counter follows the host's time.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kUartData = kUart, kUartState = kUart + 4, kUartControl = kUart + 8,
                         kUartInterruptClear = kUart + 12, kUartBaud = kUart + 16;
constexpr std::uint32_t kTransmitFull = 1, kReceiveFull = 2;
constexpr std::uint32_t kTransmit = 1, kReceive = 2, kReceiveInterrupt = 8;
constexpr std::uint32_t kReceived = 2;  // in the interrupt register
constexpr std::uint32_t kBaud = 921'600;

constexpr std::uintptr_t kTickControl = 0xE000E010, kTickReload = 0xE000E014, kTickNow = 0xE000E018;
constexpr std::uintptr_t kCounter = kFpgaIo + 0x18;  // counts up at kClockHz, 32 bits

std::uint32_t counted_last = 0;
std::uint64_t counted = 0;

SpscQueue<std::uint8_t, 4096> received;
bool listens = false;

}  // namespace

const char* Name() {
  return kName;
}

void Begin() {
  Register(kUartBaud) = kClockHz / kBaud;
  Register(kUartControl) = kTransmit | kReceive;
  counted_last = Register(kCounter);
  counted = 0;
}

void StartTick(std::uint32_t hz) {
  Register(kTickReload) = kClockHz / hz - 1;
  Register(kTickNow) = 0;
  Register(kTickControl) = 7;  // the core's clock, interrupt, on
}

Nanoseconds Now() {
  std::uint32_t masked;
  asm volatile("mrs %0, primask\n cpsid i" : "=r"(masked)::"memory");
  const std::uint32_t now = Register(kCounter);
  counted += now - counted_last;
  counted_last = now;
  const std::uint64_t all = counted;
  asm volatile("msr primask, %0" ::"r"(masked) : "memory");
  return static_cast<Nanoseconds>(all * (1'000'000'000 / kClockHz));
}

void UartPut(std::uint8_t byte) {
  while ((Register(kUartState) & kTransmitFull) != 0) {
  }
  Register(kUartData) = byte;
}

void UartListen() {
  listens = true;
  Register(kUartControl) = kTransmit | kReceive | kReceiveInterrupt;
  EnableInterrupt(kUartInterrupt);
}

// What does not fit is lost, as on any line.
bool UartInterrupt(unsigned number) {
  if (number != kUartInterrupt) return false;
  Register(kUartInterruptClear) = kReceived;
  while ((Register(kUartState) & kReceiveFull) != 0) {
    received.TrySend(static_cast<std::uint8_t>(Register(kUartData) & 0xff));
  }
  return true;
}

int UartGet() {
  if (listens) {
    std::uint8_t byte = 0;
    return received.TryReceive(byte) ? byte : -1;
  }
  if ((Register(kUartState) & kReceiveFull) == 0) return -1;
  return static_cast<int>(Register(kUartData) & 0xff);
}

}  // namespace continuo::mcu::board
