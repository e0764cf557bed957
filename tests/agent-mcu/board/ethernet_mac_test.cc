// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/board/stm32/mac/ethernet_mac.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace continuo::mcu::board::stm32 {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::array<std::uint8_t, 6> kAddress{0x02, 0x43, 0x6f, 0x6e, 0x00, 0x01};
constexpr std::uint32_t kFrom = 0x20020000;  // where the memory is for the DMA
constexpr Nanoseconds kSecond = 1'000'000'000;

Bytes FrameOf(std::size_t bytes, std::uint8_t first) {
  Bytes frame(bytes);
  for (std::size_t i = 0; i < bytes; ++i) frame[i] = static_cast<std::uint8_t>(first + i);
  return frame;
}

/// MAC, DMA and PHY as RM0410 and the LAN8742A's data sheet have them; what must not be done is counted.
class Chip {
 public:
  bool phy_answers = true, phy_wakes = true, clocked = true;
  bool link = true;
  std::uint32_t speed = 6;  // 100 Mbit/s, full duplex
  std::vector<Bytes> line;  // what was sent
  std::vector<std::string> wrong;
  std::size_t overlooked = 0;  // frames for which there was no descriptor
  MacMemory memory;

  std::uint32_t Read(std::uintptr_t address) {
    std::uint32_t& value = registers_[address];
    if (address == kDmaBusMode && clocked) value &= ~kDmaReset;
    if (address == kMiiAddress && (value & kMiiBusy) && ++busy_ > 30) {
      busy_ = 0;
      value &= ~kMiiBusy;
      Mdio(value);
    }
    return value;
  }
  void Write(std::uintptr_t address, std::uint32_t value) {
    if (address == kDmaStatus) {
      registers_[address] &= ~value;
      return;
    }
    if (address == kMiiAddress && (registers_[address] & kMiiBusy)) wrong.push_back("MDIO is busy");
    if (address == kMacConfig && now_ < config_at_ + 1'600) wrong.push_back("MACCR too soon");
    if (address == kMacConfig) config_at_ = now_;
    registers_[address] = value;
    if (address == kDmaReceiveList) receives_at_ = value;
    if (address == kDmaSendList) sends_at_ = value;
    if (address == kDmaBusMode && (value & kDmaReset)) registers_[kDmaOperation] = 0;
    if (address == kDmaSendDemand && drains) Drain();
  }
  std::uint32_t Address(const volatile void* place) const {
    const auto* const base = reinterpret_cast<const volatile std::uint8_t*>(&memory);
    return kFrom +
           static_cast<std::uint32_t>(static_cast<const volatile std::uint8_t*>(place) - base);
  }
  void Barrier() {}
  void Wait(Nanoseconds span) { now_ += span; }

  /// A frame comes in, with its check sequence. False: it was lost.
  bool Arrive(const Bytes& frame, std::uint32_t flags = kFirstPart | kLastPart) {
    if (!(registers_[kMacConfig] & kReceives) || !(registers_[kDmaOperation] & kDmaReceives)) {
      return false;
    }
    Descriptor& descriptor = At(receives_at_);
    if (!(descriptor.status & kOfDma)) {
      registers_[kDmaStatus] |= kReceiveLacks;
      ++overlooked;
      return false;
    }
    std::copy(frame.begin(), frame.end(), Place(descriptor.frame));
    const auto size = static_cast<std::uint32_t>(frame.size() + 4);
    descriptor.status = size << 16 | flags;
    receives_at_ = descriptor.next;
    registers_[kDmaStatus] |= kFrameCame | kNormal;
    return true;
  }
  void Drain() {
    if (!(registers_[kMacConfig] & kSends) || !(registers_[kDmaOperation] & kDmaSends)) return;
    while (At(sends_at_).status & kOfDma) {
      Descriptor& descriptor = At(sends_at_);
      const std::uint8_t* const from = Place(descriptor.frame);
      line.emplace_back(from, from + descriptor.size);
      if ((descriptor.status & kSendWhole) != kSendWhole) wrong.push_back("a frame in parts");
      descriptor.status = 0;
      sends_at_ = descriptor.next;
    }
    registers_[kDmaStatus] |= kSendLacks;
  }
  bool drains = true;
  bool Interrupts() {
    return (registers_[kDmaStatus] & registers_[kDmaInterrupts] & kFrameCame) != 0 &&
           (registers_[kDmaInterrupts] & kNormal) != 0;
  }
  void BreakBus() {
    registers_[kDmaStatus] |= kBusError;
    registers_[kDmaOperation] = 0;
  }
  std::uint32_t config() { return registers_[kMacConfig]; }
  std::uint32_t at(std::uintptr_t address) { return registers_[address]; }

 private:
  void Mdio(std::uint32_t command) {
    const std::uint32_t index = command >> 6 & 31;
    if (command >> 11 & 31 || !phy_answers) {
      if (!(command & kMiiWrite)) registers_[kMiiData] = 0xffff;
      return;
    }
    if (command & kMiiWrite) {
      if (index == 0) control_ = registers_[kMiiData];
      if (index == 0 && control_ & 1u << 15) resets_ = 5;
      return;
    }
    if (index == 0 && resets_ > 0 && phy_wakes && --resets_ == 0) control_ &= ~(1u << 15);
    registers_[kMiiData] = index == 0    ? control_
                           : index == 1  ? 0x7809u | (link ? 1u << 5 | was_up_ << 2 : 0)
                           : index == 2  ? 7
                           : index == 31 ? speed << 2 | 1u << 12
                                         : 0;
    if (index == 1)
      was_up_ = link ? 1 : 0;  // a link that was lost is told once, even if it is back
  }
  Descriptor& At(std::uint32_t address) {
    return *reinterpret_cast<Descriptor*>(reinterpret_cast<std::uint8_t*>(&memory) + address -
                                          kFrom);
  }
  std::uint8_t* Place(std::uint32_t address) {
    return reinterpret_cast<std::uint8_t*>(&memory) + address - kFrom;
  }

  std::map<std::uintptr_t, std::uint32_t> registers_;
  std::uint32_t receives_at_ = 0, sends_at_ = 0;
  std::uint32_t control_ = 0, was_up_ = 1;
  int busy_ = 0, resets_ = 0;
  Nanoseconds now_ = kSecond, config_at_ = 0;
};

class EthernetMacTest : public testing::Test {
 protected:
  void Begin() {
    ASSERT_TRUE(mac_.Begin(kAddress));
    mac_.Watch(kSecond);
    ASSERT_TRUE(mac_.link().up);
  }
  Bytes Receive(std::size_t room = 1600) {
    Bytes out(room);
    out.resize(mac_.Receive(out));
    return out;
  }
  void TearDown() override { EXPECT_TRUE(chip_.wrong.empty()) << chip_.wrong.front(); }

  Chip chip_;
  EthernetMac<Chip> mac_{chip_, chip_.memory, 0};
};

TEST_F(EthernetMacTest, FramesComeAndGoManyTimesRoundTheRings) {
  Begin();
  EXPECT_EQ(chip_.at(kMacAddressLow), 0x6e6f4302u);
  EXPECT_EQ(chip_.at(kMacAddressHigh), 0x0100u);
  for (std::size_t i = 0; i < 100; ++i) {
    const Bytes frame = FrameOf(60 + 14 * i, static_cast<std::uint8_t>(i));
    ASSERT_TRUE(chip_.Arrive(frame));
    EXPECT_EQ(Receive(), frame);
    ASSERT_TRUE(mac_.Send(frame));
    ASSERT_EQ(chip_.line.size(), i + 1);
    EXPECT_EQ(chip_.line.back(), frame);
  }
  EXPECT_TRUE(Receive().empty());
}

TEST_F(EthernetMacTest, AFullRingLosesWhatComesAndGoesOnOnceSomethingWasTaken) {
  Begin();
  for (std::size_t i = 0; i < MacMemory::kReceived; ++i) {
    ASSERT_TRUE(chip_.Arrive(FrameOf(64, static_cast<std::uint8_t>(i))));
  }
  EXPECT_FALSE(chip_.Arrive(FrameOf(64, 99)));
  EXPECT_EQ(chip_.overlooked, 1u);
  EXPECT_EQ(Receive(), FrameOf(64, 0));
  EXPECT_EQ(chip_.at(kDmaStatus) & kReceiveLacks, 0u) << "the DMA was not woken";
  EXPECT_TRUE(chip_.Arrive(FrameOf(64, 100)));
  for (std::size_t i = 1; i < MacMemory::kReceived; ++i) {
    EXPECT_EQ(Receive(), FrameOf(64, static_cast<std::uint8_t>(i)));
  }
  EXPECT_EQ(Receive(), FrameOf(64, 100));
  EXPECT_TRUE(Receive().empty());
}

TEST_F(EthernetMacTest, WhatCannotBeSentNowIsRefusedAndNothingIsLost) {
  Begin();
  chip_.drains = false;
  for (std::size_t i = 0; i < MacMemory::kSent; ++i) {
    ASSERT_TRUE(mac_.Send(FrameOf(100, static_cast<std::uint8_t>(i))));
  }
  EXPECT_FALSE(mac_.Send(FrameOf(100, 99)));
  chip_.Drain();
  EXPECT_TRUE(mac_.Send(FrameOf(100, 99)));
  chip_.Drain();
  ASSERT_EQ(chip_.line.size(), MacMemory::kSent + 1);
  EXPECT_EQ(chip_.line.back(), FrameOf(100, 99));
}

TEST_F(EthernetMacTest, AFrameThatIsCutOrDamagedIsPassedOver) {
  Begin();
  ASSERT_TRUE(chip_.Arrive(FrameOf(1532, 1), kFirstPart));  // the rest in another descriptor
  ASSERT_TRUE(chip_.Arrive(FrameOf(100, 2), kLastPart));
  ASSERT_TRUE(chip_.Arrive(FrameOf(100, 3), kFirstPart | kLastPart | kDamaged));
  ASSERT_TRUE(chip_.Arrive({}));  // a check sequence alone
  ASSERT_TRUE(chip_.Arrive(FrameOf(100, 4)));
  EXPECT_EQ(Receive(), FrameOf(100, 4));
  EXPECT_TRUE(Receive().empty());
}

TEST_F(EthernetMacTest, WhatIsLongerThanTheRoomForItIsCut) {
  Begin();
  ASSERT_TRUE(chip_.Arrive(FrameOf(100, 1)));
  Bytes head = FrameOf(100, 1);
  head.resize(20);
  EXPECT_EQ(Receive(20), head);
  ASSERT_TRUE(chip_.Arrive(FrameOf(100, 2)));
  EXPECT_EQ(Receive(), FrameOf(100, 2));
}

TEST_F(EthernetMacTest, WithoutALinkNothingIsSentAndNothingWaits) {
  chip_.link = false;
  ASSERT_TRUE(mac_.Begin(kAddress));
  mac_.Watch(kSecond);
  EXPECT_FALSE(mac_.link().up);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(mac_.Send(FrameOf(64, 1)));
  EXPECT_FALSE(chip_.Arrive(FrameOf(64, 1)));
  chip_.link = true;
  mac_.Watch(kSecond + 1'000'000);  // it is looked at ten times a second
  EXPECT_FALSE(mac_.link().up);
  mac_.Watch(kSecond + 100'000'000);
  mac_.Watch(kSecond + 200'000'000);
  EXPECT_TRUE(mac_.link().up);
  ASSERT_TRUE(mac_.Send(FrameOf(64, 2)));
  ASSERT_EQ(chip_.line.size(), 1u) << "old news was sent";
  EXPECT_EQ(chip_.line[0], FrameOf(64, 2));
}

TEST_F(EthernetMacTest, TheMacSpeaksAsThePhyHasAgreed) {
  Begin();
  EXPECT_EQ(chip_.config() & (kFast | kFullDuplex | kSends | kReceives),
            kFast | kFullDuplex | kSends | kReceives);
  chip_.link = false;
  mac_.Watch(2 * kSecond);
  EXPECT_EQ(chip_.config() & (kSends | kReceives), 0u);
  chip_.link = true;
  chip_.speed = 1;  // 10 Mbit/s, half duplex
  mac_.Watch(3 * kSecond);
  mac_.Watch(4 * kSecond);
  EXPECT_EQ(mac_.link(), (Link{.up = true, .fast = false, .full_duplex = false}));
  EXPECT_EQ(chip_.config() & (kFast | kFullDuplex), 0u);
  EXPECT_EQ(chip_.config() & (kSends | kReceives), kSends | kReceives);
  EXPECT_TRUE(chip_.Arrive(FrameOf(64, 1)));
  EXPECT_EQ(Receive(), FrameOf(64, 1));
}

TEST_F(EthernetMacTest, AFrameWakesWhetherItComesBeforeOrAfterTheLastLook) {
  Begin();
  EXPECT_TRUE(Receive().empty());
  ASSERT_TRUE(chip_.Arrive(FrameOf(64, 1)));
  mac_.Wake();
  EXPECT_TRUE(chip_.Interrupts()) << "it came between look and sleep";
  mac_.Interrupt();
  EXPECT_FALSE(chip_.Interrupts()) << "once";
  EXPECT_FALSE(Receive().empty());
  EXPECT_TRUE(Receive().empty());
  mac_.Wake();
  EXPECT_FALSE(chip_.Interrupts());
  ASSERT_TRUE(chip_.Arrive(FrameOf(64, 2)));
  EXPECT_TRUE(chip_.Interrupts());
}

TEST_F(EthernetMacTest, AfterAnErrorOfTheBusItStartsOver) {
  Begin();
  ASSERT_TRUE(chip_.Arrive(FrameOf(64, 1)));
  chip_.BreakBus();
  EXPECT_FALSE(chip_.Arrive(FrameOf(64, 2)));
  mac_.Watch(2 * kSecond);
  EXPECT_TRUE(mac_.link().up);
  ASSERT_TRUE(chip_.Arrive(FrameOf(64, 3)));
  EXPECT_EQ(Receive(), FrameOf(64, 3));
  ASSERT_TRUE(mac_.Send(FrameOf(64, 4)));
  EXPECT_EQ(chip_.line.back(), FrameOf(64, 4));
}

TEST_F(EthernetMacTest, NobodyWaitsForAPhyThatDoesNotAnswer) {
  chip_.phy_answers = false;
  EXPECT_FALSE(mac_.Begin(kAddress));
}

TEST_F(EthernetMacTest, NobodyWaitsForAPhyThatDoesNotWake) {
  chip_.phy_wakes = false;
  EXPECT_FALSE(mac_.Begin(kAddress));
}

TEST_F(EthernetMacTest, NobodyWaitsForAClockThatDoesNotCome) {
  chip_.clocked = false;
  EXPECT_FALSE(mac_.Begin(kAddress));
}

}  // namespace
}  // namespace continuo::mcu::board::stm32
