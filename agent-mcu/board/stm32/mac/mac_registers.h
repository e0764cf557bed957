// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Registers of the STM32F7's Ethernet MAC and its DMA (RM0410, chapter on ETH), as many as are used.

namespace continuo::mcu::board::stm32 {

inline constexpr std::uintptr_t kMac = 0x40028000, kMacDma = kMac + 0x1000;
inline constexpr std::uintptr_t kMacConfig = kMac, kMacFilter = kMac + 4, kMiiAddress = kMac + 0x10,
                                kMiiData = kMac + 0x14, kMacInterruptMask = kMac + 0x3C,
                                kMacAddressHigh = kMac + 0x40, kMacAddressLow = kMac + 0x44,
                                kCountersReceiveMask = kMac + 0x10C,
                                kCountersSendMask = kMac + 0x110;
inline constexpr std::uintptr_t kDmaBusMode = kMacDma, kDmaSendDemand = kMacDma + 4,
                                kDmaReceiveDemand = kMacDma + 8, kDmaReceiveList = kMacDma + 0x0C,
                                kDmaSendList = kMacDma + 0x10, kDmaStatus = kMacDma + 0x14,
                                kDmaOperation = kMacDma + 0x18, kDmaInterrupts = kMacDma + 0x1C;

// MACCR
inline constexpr std::uint32_t kReceives = 1u << 2, kSends = 1u << 3, kFullDuplex = 1u << 11,
                               kHearsNotItself = 1u << 13, kFast = 1u << 14;
// MACFFR
inline constexpr std::uint32_t kAllGroups = 1u << 4;
// MACMIIAR: MDC is a 102nd of 150 MHz and more
inline constexpr std::uint32_t kMiiBusy = 1u << 0, kMiiWrite = 1u << 1, kMiiClock = 4u << 2;
// MACIMR, MMCRIMR, MMCTIMR: nobody would answer these
inline constexpr std::uint32_t kNoMacInterrupts = 1u << 9 | 1u << 3;
inline constexpr std::uint32_t kNoReceiveCounters = 1u << 17 | 1u << 6 | 1u << 5;
inline constexpr std::uint32_t kNoSendCounters = 1u << 21 | 1u << 15 | 1u << 14;
// DMABMR: aligned bursts of a fixed length, at most 32
inline constexpr std::uint32_t kDmaReset = 1u << 0, kDmaBursts = 1u << 25 | 1u << 16 | 32u << 8;
// DMASR; each is forgotten by writing it
inline constexpr std::uint32_t kSendLacks = 1u << 2, kSendUnderflow = 1u << 5, kFrameCame = 1u << 6,
                               kReceiveLacks = 1u << 7, kBusError = 1u << 13, kNormal = 1u << 16;
// DMAOMR
inline constexpr std::uint32_t kDmaReceives = 1u << 1, kNextWhileSending = 1u << 2,
                               kDmaSends = 1u << 13, kWholeFrames = 1u << 25 | 1u << 21;

/// What the DMA goes by, one for each frame. Aligned to 4.
struct Descriptor {
  volatile std::uint32_t status = 0;  ///< the DMA's while it says so
  std::uint32_t size = 0;
  std::uint32_t frame = 0;
  std::uint32_t next = 0;
};

// RDES0, TDES0
inline constexpr std::uint32_t kOfDma = 1u << 31;
inline constexpr std::uint32_t kDamaged = 1u << 15, kFirstPart = 1u << 9, kLastPart = 1u << 8;
inline constexpr std::uint32_t kSendWhole = 1u << 29 | 1u << 28, kSendChained = 1u << 20;
// RDES1
inline constexpr std::uint32_t kReceiveChained = 1u << 14;

}  // namespace continuo::mcu::board::stm32
