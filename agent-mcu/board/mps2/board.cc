// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/board.h"

#include "agent-mcu/board/long_count.h"
#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/received_bytes.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/tick.h"

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

constexpr std::uintptr_t kCounter = kFpgaIo + 0x18;  // counts up at kClockHz, 32 bits

LongCount count;
ReceivedBytes received;

// What does not fit is lost, as on any line.
void TakeReceived() {
  while ((Register(kUartState) & kReceiveFull) != 0) {
    received.Put(static_cast<std::uint8_t>(Register(kUartData) & 0xff));
  }
}

}  // namespace

const char* Name() {
  return kName;
}

void Begin() {
  Register(kUartBaud) = kClockHz / kBaud;
  Register(kUartControl) = kTransmit | kReceive;
  count.Begin(kCounter);
}

void StartTick(std::uint32_t hz) {
  StartSysTick(kClockHz / hz);
}

Nanoseconds Now() {
  return static_cast<Nanoseconds>(count.Now() * (1'000'000'000 / kClockHz));
}

void UartPut(std::uint8_t byte) {
  while ((Register(kUartState) & kTransmitFull) != 0) {
  }
  Register(kUartData) = byte;
}

void UartListen() {
  received.Listen();
  Register(kUartControl) = kTransmit | kReceive | kReceiveInterrupt;
  // A byte that came before it could interrupt never does, and lets no other one in.
  TakeReceived();
  EnableInterrupt(kUartInterrupt);
}

bool UartInterrupt(unsigned number) {
  if (number != kUartInterrupt) return false;
  Register(kUartInterruptClear) = kReceived;
  TakeReceived();
  return true;
}

int UartGet() {
  if (received.listens()) return received.Get();
  if ((Register(kUartState) & kReceiveFull) == 0) return -1;
  return static_cast<int>(Register(kUartData) & 0xff);
}

}  // namespace continuo::mcu::board
