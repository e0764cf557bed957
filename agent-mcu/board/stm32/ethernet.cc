// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/ethernet.h"

#include "agent-mcu/board/arrival_stamp.h"
#include "agent-mcu/board/board.h"
#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"
#include "agent-mcu/board/stm32/bus.h"
#include "agent-mcu/board/stm32/mac/ethernet_mac.h"

// The STM32F7's Ethernet MAC, to a PHY over RMII (RM0410). Its DMA reaches the core's own RAM only through the core,
// which does not let it through while it sleeps, so what they share is in SRAM1; the data cache is off.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kModes = 0x40013804;  // SYSCFG_PMC
constexpr std::uint32_t kReducedInterface = 1u << 23;
constexpr std::uint32_t kModesEnable = 1u << 14;  // of APB2
constexpr std::uint32_t kMacEnable = 7u << 25;    // of AHB1: the MAC, and both ways
constexpr std::uint32_t kMacReset = 1u << 25;

alignas(32) __attribute__((section(".dma"))) stm32::MacMemory memory;
constinit stm32::Bus bus;
constinit stm32::EthernetMac mac(bus, memory, kPhy);
constinit ArrivalStamp arrival;
Nanoseconds left_at = 0;

}  // namespace

// Which interface it is must be known before the MAC runs.
bool EthernetBegin(const std::array<std::uint8_t, 6>& address) {
  stm32::EnableClock(bus, stm32::kApb2Enable, kModesEnable);
  stm32::SetBits(bus, stm32::kAhb1Reset, 0, kMacReset);
  stm32::SetBits(bus, kModes, 0, kReducedInterface);
  stm32::SetBits(bus, stm32::kAhb1Reset, kMacReset, 0);
  for (const stm32::Pins& pins : kEthernetPins) BeginPins(bus, pins, stm32::Pull::kNone);
  stm32::EnableClock(bus, stm32::kAhb1Enable, kMacEnable);
  if (!mac.Begin(address)) return false;
  EthernetWake();
  EnableInterrupt(kEthernetInterrupt);
  return true;
}

// The MAC takes all groups: which is ours is seen in the program.
void EthernetJoin(const std::array<std::uint8_t, 6>&) {
  mac.HearGroups();
}

void EthernetWake() {
  arrival.Wake();
  mac.Wake();
}

void EthernetInterrupt() {
  mac.Interrupt();
  arrival.Interrupt(mac.Waits());
}

bool EthernetHasCome() {
  return arrival.has_come();
}

std::size_t EthernetReceive(std::span<std::uint8_t> out) {
  mac.Watch(Now());
  const std::size_t bytes = mac.Receive(out);
  if (bytes != 0) arrival.Take();
  return bytes;
}

Nanoseconds EthernetCameAt() {
  return arrival.came_at();
}

bool EthernetSend(std::span<const std::uint8_t> frame) {
  left_at = Now();
  return mac.Send(frame);
}

Nanoseconds EthernetLeftAt() {
  return left_at;
}

}  // namespace continuo::mcu::board
