// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/sai/half_buffers.h"

namespace continuo::mcu::board::stm32 {

/// SAI1 of an STM32F7 as the master of a codec that speaks I2S (RM0410: SAI, DMA): block A sends and makes the clocks,
/// block B hears by them; DMA2 goes round in two rings, in step. That which hears is behind the other by a FIFO of
/// eight words, so when it has left a half, both have.
///
/// Bus: as of BringUpClocks, and `Barrier()`. Main program, but for what says otherwise.
template <typename Bus>
class Sai {
 public:
  constexpr explicit Sai(Bus& bus) : bus_(bus) {}

  /// Once its clock runs. Addresses of two rings of `words` (a multiple of 4, up to 65,532), where DMA reaches them.
  void Begin(std::uint32_t in, std::uint32_t out, std::uint32_t words) {
    EnableClock(bus_, kApb2Enable, kSaiEnable);
    EnableClock(bus_, kAhb1Enable, kDmaEnable);
    Stop();
    words_ = words;
    BeginStream(kInStream, kInChannel | kHalfInterrupts, kB + kData, in);
    BeginStream(kOutStream, kOutChannel | kToPeripheral, kA + kData, out);
    for (const std::uintptr_t block : {kA, kB}) {
      bus_.Write(block + kFrame, kFrameOfI2s);
      bus_.Write(block + kSlots, kTwoOf32);
    }
    bus_.Write(kA + kConfig2, kFlush | kHalfFull);
    bus_.Write(kB + kConfig2, kFlush | kNotEmpty);
    // Who hears is there before the clocks run, and what is sent lies ready.
    bus_.Write(kB + kConfig, kWordsOnFallingEdge | kSlaveHears | kByTheOther | kByDma);
    bus_.Write(kA + kConfig, kWordsOnFallingEdge | kByDma);
    bus_.Barrier();
    SetBits(bus_, kB + kConfig, 0, kOn);
    SetBits(bus_, kA + kConfig, 0, kOn);
  }

  /// No clock, no DMA, no interrupt.
  void Stop() {
    for (const std::uintptr_t block : {kA, kB}) {
      SetBits(bus_, block + kConfig, kOn, 0);
      Becomes(bus_, block + kConfig, kOn, 0);  // at the frame's end
      bus_.Write(block + kConfig, 0);
    }
    for (const std::uintptr_t stream : {kInStream, kOutStream}) {
      SetBits(bus_, stream, kStreamOn, 0);
      Becomes(bus_, stream, kStreamOn, 0);
    }
    bus_.Write(kForgetLow, kAllOfThird);
    bus_.Write(kForgetHigh, kAllOfFourth);
  }

  /// In the interrupt of the stream that hears: fill(half) does the half's work.
  template <typename Fill>
  void Interrupt(const Fill& fill) {
    const std::uint32_t left = bus_.Read(kInStream + 4);  // of the round; none: the next one begins
    const bool in_second = left != 0 && left <= words_ / 2;
    const std::uint32_t flags = bus_.Read(kFlagsHigh) & (kFirstHalf | kSecondHalf);
    if (flags == 0) return;
    bus_.Write(kForgetHigh, flags);
    fill(halves_.Enter(in_second, (flags & kFirstHalf) != 0, (flags & kSecondHalf) != 0));
    bus_.Barrier();
    halves_.Leave((bus_.Read(kFlagsHigh) & (kFirstHalf | kSecondHalf)) != 0);
  }
  /// Any context.
  std::uint32_t late() const { return halves_.late(); }

  // For tests as well.
  static constexpr std::uintptr_t kA = 0x40015804, kB = 0x40015824;
  static constexpr std::uintptr_t kConfig = 0, kConfig2 = 4, kFrame = 8, kSlots = 12, kData = 0x1C;
  static constexpr std::uintptr_t kDma = 0x40026400, kFlagsHigh = kDma + 4, kForgetLow = kDma + 8,
                                  kForgetHigh = kDma + 0x0C, kOutStream = kDma + 0x58,
                                  kInStream = kDma + 0x70;
  static constexpr std::uint32_t kOn = 1u << 16, kStreamOn = 1;
  static constexpr std::uint32_t kFirstHalf = 1u << 4, kSecondHalf = 1u << 5;  // HTIF4, TCIF4

 private:
  static constexpr std::uint32_t kSaiEnable = 1u << 22, kDmaEnable = 1u << 22;
  // xCR1: words of 32 bits, MCLK undivided
  static constexpr std::uint32_t kWordsOnFallingEdge = 7u << 5 | 1u << 9, kSlaveHears = 3,
                                 kByTheOther = 1u << 10, kByDma = 1u << 17;
  // xCR2: FIFO of eight words; when DMA is asked
  static constexpr std::uint32_t kFlush = 1u << 3, kHalfFull = 2, kNotEmpty = 0;
  // xFRCR: 64 bits, low during the left 32, a bit before them. xSLOTR: both of two slots
  static constexpr std::uint32_t kFrameOfI2s = 63 | 31u << 8 | 1u << 16 | 1u << 18;
  static constexpr std::uint32_t kTwoOf32 = 2u << 6 | 1u << 8 | 3u << 16;
  // SxCR: which peripheral, first of all streams, words, through memory, round and round
  static constexpr std::uint32_t kInChannel = 1u << 25, kOutChannel = 0u << 25;
  static constexpr std::uint32_t kRound = 3u << 16 | 2u << 13 | 2u << 11 | 1u << 10 | 1u << 8;
  static constexpr std::uint32_t kToPeripheral = 1u << 6, kHalfInterrupts = 1u << 4 | 1u << 3;
  static constexpr std::uint32_t kAllOfThird = 0x3Du << 22, kAllOfFourth = 0x3D;

  void BeginStream(std::uintptr_t stream, std::uint32_t config, std::uintptr_t peripheral,
                   std::uint32_t memory) {
    bus_.Write(stream, kRound | config);
    bus_.Write(stream + 4, words_);
    bus_.Write(stream + 8, static_cast<std::uint32_t>(peripheral));
    bus_.Write(stream + 12, memory);
    bus_.Write(stream + 0x14, 0);  // without its FIFO
    SetBits(bus_, stream, 0, kStreamOn);
  }

  Bus& bus_;
  std::uint32_t words_ = 0;
  HalfBuffers halves_;
};

}  // namespace continuo::mcu::board::stm32
