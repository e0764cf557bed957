// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/board.h"

#include "agent-mcu/board/audio.h"
#include "agent-mcu/board/long_count.h"
#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/received_bytes.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/usart.h"
#include "agent-mcu/board/tick.h"

// STM32F4 and F7: clocks, one USART, SysTick, and TIM2 as the clock that runs on. QEMU 7.2 has no RCC and no GPIO: all
// is on there; its core has 168 MHz, and its timers 1 GHz whatever they should.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kTimer = 0x40000000, kTimerControl = kTimer, kTimerEvent = kTimer + 0x14,
                         kTimerCount = kTimer + 0x24, kTimerPrescaler = kTimer + 0x28,
                         kTimerReload = kTimer + 0x2C;
constexpr std::uint32_t kTimerEnable = 1;  // of APB1
constexpr std::uint32_t kEmulatedTimerHz = 1'000'000'000;
constexpr std::uint32_t kCountsHz = 2'000'000;  // wraps after 36 minutes
constexpr std::uint32_t kBaud = 921'600;

stm32::Clocks clocks;
LongCount count;
ReceivedBytes received;

stm32::Bus bus;

void BeginUart() {
  // RX is pulled up, so that an open line is silent.
  BeginPins(bus, kUartPins, stm32::Pull::kUp);
  stm32::EnableClock(bus, kUartBus == 1 ? stm32::kApb1Enable : stm32::kApb2Enable, kUartEnable);
  const std::uint32_t clock = kUartBus == 1 ? clocks.apb1 : clocks.apb2;
  Register(kUsart.baud) = (clock + kBaud / 2) / kBaud;  // oversampled by 16
  Register(kUsart.control) = kUsart.on;
}

void ForgetOverrun(bool taken) {
  if (kUsart.clear != 0) {
    Register(kUsart.clear) = stm32::kUsartOverrun;
  } else if (!taken) {
    [[maybe_unused]] const std::uint32_t data = Register(kUsart.receive);
  }
}

/// Armv7-M ARM, B2.2.7 (caches) and CCR in B3.2.
void BeginInstructionCache() {
  constexpr std::uintptr_t kConfig = 0xE000ED14, kInvalidate = 0xE000EF50;
  Register(kInvalidate) = 0;
  asm volatile("dsb\n isb");
  stm32::SetBits(bus, kConfig, 0, 1u << 17);
  asm volatile("dsb\n isb");
}

void BeginCounter() {
  stm32::EnableClock(bus, stm32::kApb1Enable, kTimerEnable);
  const bool emulated = clocks.source == stm32::ClockSource::kNone;
  Register(kTimerPrescaler) = (emulated ? kEmulatedTimerHz : clocks.apb1_timers) / kCountsHz - 1;
  Register(kTimerReload) = 0xffffffff;
  Register(kTimerEvent) = 1;  // take both
  Register(kTimerControl) = 1;
  count.Begin(kTimerCount);
}

}  // namespace

const char* Name() {
  return kName;
}

void Begin() {
  if (kHasInstructionCache) BeginInstructionCache();
  clocks = stm32::BringUpClocks(bus, kClock);
  BeginUart();
  BeginCounter();
}

// The codec's port is as good as a clock, and the better one: its blocks are those of its samples.
void StartTick(std::uint32_t hz) {
  SetSysTickPriority(kAudioPriority);
  if (kSampleRate % hz == 0 && AudioBegin(static_cast<std::uint32_t>(kSampleRate) / hz)) {
    StopSysTick();
  } else {
    StartSysTick(clocks.core / hz);
  }
}

Nanoseconds Now() {
  return static_cast<Nanoseconds>(count.Now() * (1'000'000'000 / kCountsHz));
}

// QEMU 7.2 raises no interrupt when there is room: it is polled.
void UartPut(std::uint8_t byte) {
  while ((Register(kUsart.status) & stm32::kUsartEmpty) == 0) {
  }
  Register(kUsart.send) = byte;
}

void UartListen() {
  received.Listen();
  Register(kUsart.control) = kUsart.on | stm32::kUsartInterrupt;
  EnableInterrupt(kUartInterrupt);
}

// A byte that came before the last one was fetched is lost, and until somebody says that he knows, no more come. It
// ends, since a byte takes longer to come. QEMU 7.2 interrupts for no byte that comes while the one before is fetched.
bool UartInterrupt(unsigned number) {
  if (number != kUartInterrupt) return false;
  for (bool came = true; came;) {
    const std::uint32_t status = Register(kUsart.status);
    came = (status & stm32::kUsartCame) != 0;
    if (came) {
      received.Put(static_cast<std::uint8_t>(Register(kUsart.receive) & 0xff));
    }
    if ((status & stm32::kUsartOverrun) != 0) ForgetOverrun(came);
  }
  return true;
}

int UartGet() {
  if (received.listens()) return received.Get();
  if ((Register(kUsart.status) & stm32::kUsartCame) == 0) return -1;
  return static_cast<int>(Register(kUsart.receive) & 0xff);
}

}  // namespace continuo::mcu::board
