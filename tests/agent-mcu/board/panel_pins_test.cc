// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "agent-mcu/board/stm32/panel/converter.h"
#include "agent-mcu/board/stm32/panel/pin.h"

namespace continuo::mcu::board::stm32 {
namespace {

constexpr std::uintptr_t kGpioB = 0x40020400;

/// GPIO and ADC1 as the reference manuals have them: nothing reaches one whose clock does not run, a conversion takes
/// some reads of the status, and its flag goes when the data are read.
class Chip {
 public:
  std::map<std::uint32_t, std::uint32_t> voltages;  // by channel
  bool answers = true;
  int conversions = 0;
  std::vector<std::string> wrong;

  std::uint32_t Read(std::uintptr_t address) {
    if (address == kAdcStatus) {
      if (converts_ && answers && --left_ == 0) {
        converts_ = false;
        done_ = true;
      }
      return done_ ? kAdcDone : 0;
    }
    if (address == kAdcData) {
      if (!done_) wrong.push_back("there are no data yet");
      done_ = false;
      ++conversions;
      return voltages[written[kAdcSequence]];
    }
    return written[address];
  }
  void Write(std::uintptr_t address, std::uint32_t value) {
    const bool is_adc = address >= kAdcStatus && address <= kAdcCommon;
    if (is_adc && (written[kApb2Enable] & kAdcEnable) == 0) wrong.push_back("the ADC has no clock");
    if (address == kGpioB && (written[kAhb1Enable] & 2) == 0) wrong.push_back("the port has none");
    if (address == kAdcControl && (value & kAdcBegin) != 0) {
      if ((written[kAdcControl] & kAdcOn) == 0) wrong.push_back("the ADC is off");
      if (converts_) wrong.push_back("it still converts");
      converts_ = true;
      left_ = 5;
    }
    written[address] = value;
  }

  std::map<std::uintptr_t, std::uint32_t> written;

 private:
  bool converts_ = false, done_ = false;
  int left_ = 0;
};

TEST(PanelPinsTest, AKnobIsTheMeanOfItsConversions) {
  Chip chip;
  BeginConverter(chip);
  for (const std::uint32_t channel : {3u, 10u, 13u}) SetSampleTime(chip, channel);
  chip.voltages = {{3, 4095}, {10, 1234}, {13, 0xf000}};
  EXPECT_EQ(Measure(chip, 3, 0), 4095);
  EXPECT_EQ(Measure(chip, 10, 0), 1234);
  EXPECT_EQ(Measure(chip, 13, 7), 0) << "twelve bits are it";
  EXPECT_EQ(chip.conversions, 3 * kConversions);
  EXPECT_EQ(chip.written[kAdcTimes], kAdc84Cycles << 9);
  EXPECT_EQ(chip.written[kAdcSlowTimes], kAdc84Cycles | kAdc84Cycles << 9);
  EXPECT_EQ(chip.wrong, std::vector<std::string>());
}

TEST(PanelPinsTest, AConverterThatDoesNotAnswerLeavesTheKnobWhereItWas) {
  Chip chip;
  BeginConverter(chip);
  chip.answers = false;
  EXPECT_EQ(Measure(chip, 3, 77), 77);
}

TEST(PanelPinsTest, APinIsSetWithoutItsNeighboursAndSwitchedInOneWrite) {
  Chip chip;
  chip.written[kGpioB] = 0xffffffff;
  SetPin(chip, {'B', 9}, PinMode::kOutput, PinPull::kNone);
  EXPECT_EQ(chip.written[kGpioB], 0xfff7ffff);
  SetPin(chip, {'B', 12}, PinMode::kInput, PinPull::kUp);
  EXPECT_EQ(chip.written[kGpioB], 0xfcf7ffff);
  EXPECT_EQ(chip.written[kGpioB + 12], 1u << 24);
  SwitchPin(chip, {'B', 9}, true);
  EXPECT_EQ(chip.written[kGpioB + 0x18], 1u << 9);
  SwitchPin(chip, {'B', 9}, false);
  EXPECT_EQ(chip.written[kGpioB + 0x18], 1u << 25);
  chip.written[kGpioB + 0x10] = 1u << 12;
  EXPECT_TRUE(IsHigh(chip, {'B', 12}));
  EXPECT_FALSE(IsHigh(chip, {'B', 11}));
  EXPECT_EQ(chip.wrong, std::vector<std::string>());
}

TEST(PanelPinsTest, WhereThereIsNoRccAllIsEmulated) {
  Chip chip;
  EXPECT_TRUE(IsEmulated(chip));
  chip.written[kClockControl] = kInternalReady;
  EXPECT_FALSE(IsEmulated(chip));
}

}  // namespace
}  // namespace continuo::mcu::board::stm32
