// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/ethernet.h"

#include <cstring>

#include "agent-mcu/board/arrival_stamp.h"
#include "agent-mcu/board/board.h"
#include "agent-mcu/board/memory_map.h"
#include "agent-mcu/board/registers.h"

// SMSC LAN9220 (LAN9118 family), data sheet DS00002266: FIFOs of words, and a MAC behind an indirect register.

namespace continuo::mcu::board {
namespace {

constexpr std::uintptr_t kReceiveData = kEthernet, kSendData = kEthernet + 0x20,
                         kReceiveStatus = kEthernet + 0x40, kByteTest = kEthernet + 0x64,
                         kSendConfig = kEthernet + 0x70, kHardwareConfig = kEthernet + 0x74,
                         kInterruptConfig = kEthernet + 0x54, kInterruptStatus = kEthernet + 0x58,
                         kInterruptMask = kEthernet + 0x5C, kFifoLevels = kEthernet + 0x68,
                         kReceiveInfo = kEthernet + 0x7C, kSendInfo = kEthernet + 0x80,
                         kMacCommand = kEthernet + 0xA4, kMacData = kEthernet + 0xA8;
constexpr std::uint32_t kMacBusy = 1u << 31;
constexpr std::uint32_t kFrameCame = 1u << 3;  // status of more frames than the level says
constexpr std::uint32_t kMacControl = 1, kMacHigh = 2, kMacLow = 3, kMacHashHigh = 4,
                        kMacHashLow = 5;
constexpr std::uint32_t kMacOn = 1u << 20 | 1u << 3 | 1u << 2;  // full duplex, send, receive
constexpr std::uint32_t kMacByHash = 1u << 13;                  // groups; our own address exactly

constexpr std::uintptr_t kTickPriority = 0xE000ED20, kInterruptPriority = 0xE000E400;
constexpr std::uint32_t kAfterEthernet = 0x80;  // as urgent as 0 are none but this one

constinit ArrivalStamp arrival;
Nanoseconds left_at = 0;

std::uint32_t FramesWaiting() {
  return Register(kReceiveInfo) >> 16 & 0xff;
}

void WriteMac(std::uint32_t index, std::uint32_t value) {
  while ((Register(kMacCommand) & kMacBusy) != 0) {
  }
  Register(kMacData) = value;
  Register(kMacCommand) = kMacBusy | index;
  while ((Register(kMacCommand) & kMacBusy) != 0) {
  }
}

}  // namespace

bool EthernetBegin(const std::array<std::uint8_t, 6>& mac) {
  if (Register(kByteTest) != 0x87654321) return false;
  Register(kHardwareConfig) = 1;  // soft reset
  while ((Register(kHardwareConfig) & 1) != 0) {
  }
  Register(kHardwareConfig) = 1u << 20 | 2u << 16;  // whole frames; 2 of 16 kB of FIFO to send from
  const auto byte = [&mac](int i) { return static_cast<std::uint32_t>(mac[i]); };
  WriteMac(kMacHigh, byte(4) | byte(5) << 8);
  WriteMac(kMacLow, byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
  Register(kFifoLevels) = 0;  // that is one
  WriteMac(kMacControl, kMacOn);
  Register(kSendConfig) = 2;                           // on
  Register(kInterruptConfig) = 1u << 8 | 1u << 4 | 1;  // on, active high, push-pull
  EthernetWake();
  // Its interrupt, which does nothing but stamp, comes even before that of audio.
  Register(kTickPriority) |= kAfterEthernet << 24;
  Register(kInterruptPriority + (kUartInterrupt & ~3u)) |= kAfterEthernet
                                                           << (kUartInterrupt % 4 * 8);
  EnableInterrupt(kEthernetInterrupt);
  return true;
}

// The hash is the upper six bits of the address' CRC, of which each octet goes in with its lowest bit first.
void EthernetJoin(const std::array<std::uint8_t, 6>& group) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t octet : group) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool feed = ((crc >> 31) != 0) != ((octet >> bit & 1) != 0);
      crc = crc << 1 ^ (feed ? 0x04c11db7 : 0);
    }
  }
  const std::uint32_t hash = crc >> 26;
  WriteMac(hash < 32 ? kMacHashLow : kMacHashHigh, 1u << (hash & 31));
  WriteMac(kMacControl, kMacOn | kMacByHash);
}

void EthernetWake() {
  arrival.Wake();
  Register(kInterruptStatus) = kFrameCame;
  Register(kInterruptMask) = kFrameCame;
}

void EthernetInterrupt() {
  Register(kInterruptMask) = 0;
  arrival.Interrupt(FramesWaiting() != 0);
}

bool EthernetHasCome() {
  return arrival.has_come();
}

Nanoseconds EthernetCameAt() {
  return arrival.came_at();
}

Nanoseconds EthernetLeftAt() {
  return left_at;
}

std::size_t EthernetReceive(std::span<std::uint8_t> out) {
  if (FramesWaiting() == 0) return 0;
  const std::size_t with_check = Register(kReceiveStatus) >> 16 & 0x3fff;
  arrival.Take();
  for (std::size_t i = 0; i < with_check; i += 4) {
    const std::uint32_t word = Register(kReceiveData);
    if (i + 4 <= out.size()) std::memcpy(&out[i], &word, 4);
  }
  const std::size_t bytes = with_check > 4 ? with_check - 4 : 0;
  return bytes < out.size() ? bytes : out.size();
}

bool EthernetSend(std::span<const std::uint8_t> frame) {
  const auto bytes = static_cast<std::uint32_t>(frame.size());
  if ((Register(kSendInfo) & 0xffff) < bytes + 16) return false;
  Register(kSendData) = 3u << 12 | bytes;  // first and last part of a frame
  Register(kSendData) = bytes;
  for (std::size_t i = 0; i < frame.size(); i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, &frame[i], frame.size() - i < 4 ? frame.size() - i : 4);
    if (i + 4 >= frame.size()) left_at = Now();
    Register(kSendData) = word;
  }
  return true;
}

}  // namespace continuo::mcu::board
