// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "agent-mcu/board/stm32/clock/clock_tree.h"
#include "agent-mcu/board/stm32/mac/mac_registers.h"
#include "agent-mcu/board/stm32/mac/phy.h"
#include "dsp/base/units.h"

namespace continuo::mcu::board::stm32 {

/// What MAC and program share. It must lie where the MAC's DMA reaches it, core asleep or not, and where no cache is.
struct MacMemory {
  static constexpr std::size_t kReceived = 8, kSent = 4;
  static constexpr std::size_t kFrameBytes =
      1536;  ///< 1514, the check sequence, a VLAN's tag; whole bursts

  std::array<Descriptor, kReceived> received;
  std::array<Descriptor, kSent> sent;
  alignas(4) std::array<std::array<std::uint8_t, kFrameBytes>, kReceived> received_frames;
  alignas(4) std::array<std::array<std::uint8_t, kFrameBytes>, kSent> sent_frames;
};

/// The MAC behind its clocks and pins: the rings of frames, and a link that comes and goes. Main program, but for
/// Interrupt. Bus: as of Phy, `Address(memory)` for the DMA, and `Barrier()`.
template <typename Bus>
class EthernetMac {
 public:
  constexpr EthernetMac(Bus& bus, MacMemory& memory, std::uint32_t phy)
      : bus_(bus), memory_(memory), phy_(bus, phy) {}

  /// False: MAC or PHY do not answer. The link is not up yet.
  bool Begin(const std::array<std::uint8_t, 6>& mac) {
    mac_ = mac;
    return Start() && phy_.Begin();
  }

  /// Now and then: looks ten times a second whether there is a link, and what became of the DMA.
  void Watch(Nanoseconds now) {
    if (now < look_at_) return;
    look_at_ = now + kLookEvery;
    if ((bus_.Read(kDmaStatus) & kBusError) != 0) {  // then it moves nothing until it is reset
      link_ = {};
      Start();
    }
    const Link link = phy_.Look();
    if (link == link_) return;
    link_ = link;
    Configure(kHearsNotItself);
    if (!link.up) return;
    Configure(kHearsNotItself | (link.fast ? kFast : 0) | (link.full_duplex ? kFullDuplex : 0) |
              kReceives | kSends);
  }
  const Link& link() const { return link_; }

  /// As of board/ethernet.h.
  std::size_t Receive(std::span<std::uint8_t> out) {
    // Before looking: what comes after it wakes.
    bus_.Write(kDmaStatus, kFrameCame | kNormal);
    for (std::size_t i = 0; i < MacMemory::kReceived; ++i) {
      Descriptor& descriptor = memory_.received[at_];
      const std::uint32_t status = descriptor.status;
      if ((status & kOfDma) != 0) return 0;
      bus_.Barrier();
      const std::size_t size = status >> 16 & 0x3fff;
      const bool whole = (status & (kFirstPart | kLastPart | kDamaged)) == (kFirstPart | kLastPart);
      const std::size_t bytes = whole && size > kCheckBytes ? size - kCheckBytes : 0;
      const std::size_t taken = std::min({bytes, out.size(), MacMemory::kFrameBytes});
      std::copy_n(memory_.received_frames[at_].begin(), taken, out.begin());
      at_ = (at_ + 1) % MacMemory::kReceived;
      bus_.Barrier();
      descriptor.status = kOfDma;
      Resume(kReceiveLacks, kDmaReceiveDemand);
      if (taken != 0) return taken;
    }
    return 0;
  }

  /// As of board/ethernet.h. While there is no link it goes nowhere, and is not kept: it would be old news.
  bool Send(std::span<const std::uint8_t> frame) {
    if (!link_.up) return true;
    Descriptor& descriptor = memory_.sent[to_];
    if ((descriptor.status & kOfDma) != 0) return false;
    const std::size_t bytes = std::min(frame.size(), MacMemory::kFrameBytes);
    std::copy_n(frame.begin(), bytes, memory_.sent_frames[to_].begin());
    descriptor.size = static_cast<std::uint32_t>(bytes);
    bus_.Barrier();
    descriptor.status = kOfDma | kSendWhole | kSendChained;
    to_ = (to_ + 1) % MacMemory::kSent;
    Resume(kSendLacks | kSendUnderflow, kDmaSendDemand);
    return true;
  }

  /// From now on also what is for any group.
  void HearGroups() {
    filter_ = kAllGroups;
    bus_.Write(kMacFilter, filter_);
  }

  /// Whether there is a frame to receive, if only a damaged one. Any context.
  bool Waits() const { return (memory_.received[at_].status & kOfDma) == 0; }

  void Wake() { bus_.Write(kDmaInterrupts, kNormal | kFrameCame); }
  /// In the interrupt.
  void Interrupt() { bus_.Write(kDmaInterrupts, 0); }

 private:
  static constexpr std::size_t kCheckBytes = 4;
  static constexpr Nanoseconds kLookEvery = 100'000'000;

  /// Two writes to it must be some cycles of the PHY's clock apart (erratum), of 2.5 MHz at the slowest.
  void Configure(std::uint32_t bits) {
    bus_.Write(kMacConfig, bits);
    bus_.Wait(4'000);
  }

  bool Start() {
    SetBits(bus_, kDmaBusMode, 0, kDmaReset);
    // It is over when the PHY's clock has been seen.
    if (!Becomes(bus_, kDmaBusMode, kDmaReset, 0)) return false;
    const auto byte = [this](std::size_t i) { return static_cast<std::uint32_t>(mac_[i]); };
    bus_.Write(kMacAddressHigh, byte(4) | byte(5) << 8);
    bus_.Write(kMacAddressLow, byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24);
    bus_.Write(kMacFilter, filter_);
    bus_.Write(kMacInterruptMask, kNoMacInterrupts);
    bus_.Write(kCountersReceiveMask, kNoReceiveCounters);
    bus_.Write(kCountersSendMask, kNoSendCounters);
    bus_.Write(kDmaBusMode, kDmaBursts);
    at_ = to_ = 0;
    Chain(memory_.received, memory_.received_frames, kOfDma,
          kReceiveChained | std::uint32_t{MacMemory::kFrameBytes});
    Chain(memory_.sent, memory_.sent_frames, 0, 0);
    bus_.Barrier();
    bus_.Write(kDmaReceiveList, bus_.Address(memory_.received.data()));
    bus_.Write(kDmaSendList, bus_.Address(memory_.sent.data()));
    bus_.Write(kDmaOperation, kWholeFrames | kNextWhileSending | kDmaSends | kDmaReceives);
    return true;
  }

  template <typename Ring, typename Frames>
  void Chain(Ring& ring, const Frames& frames, std::uint32_t status, std::uint32_t size) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      ring[i].size = size;
      ring[i].frame = bus_.Address(frames[i].data());
      ring[i].next = bus_.Address(&ring[(i + 1) % ring.size()]);
      ring[i].status = status;
    }
  }

  /// A DMA that found nothing sleeps until somebody says that there is something.
  void Resume(std::uint32_t lacks, std::uintptr_t demand) {
    bus_.Barrier();
    if ((bus_.Read(kDmaStatus) & lacks) != 0) bus_.Write(kDmaStatus, lacks);
    bus_.Write(demand, 0);
  }

  Bus& bus_;
  MacMemory& memory_;
  Phy<Bus> phy_;
  std::array<std::uint8_t, 6> mac_{};
  std::uint32_t filter_ = 0;  // what is for us, or for everybody
  Link link_;
  Nanoseconds look_at_ = 0;
  std::size_t at_ = 0, to_ = 0;  // the next to be received, to be sent
};

}  // namespace continuo::mcu::board::stm32
