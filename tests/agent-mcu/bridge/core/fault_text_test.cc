// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/fault_text.h"

#include <gtest/gtest.h>

namespace continuo::mcu {
namespace {

TEST(FaultTextTest, SaysWhatHappenedAndWhere) {
  EXPECT_EQ(FaultText({}), "");
  EXPECT_EQ(FaultText({.kind = 3, .pc = 0x1234, .lr = 0x5679, .status = 1u << 25, .boot = 2}),
            "hard fault, a division by zero, at 0x00001234, called from 0x00005679, in boot 2");
  EXPECT_EQ(FaultText({.kind = 5,
                       .pc = 0x10,
                       .lr = 0x21,
                       .status = 1u << 15 | 1u << 9,
                       .address = 0x30000000,
                       .boot = 1}),
            "bus fault, data that cannot be reached (0x30000000), at 0x00000010, called from "
            "0x00000021, in boot 1");
  EXPECT_EQ(FaultText({.kind = 2, .pc = 0x10, .lr = 0x21, .boot = 7}),
            "its watchdog ran out, at 0x00000010, called from 0x00000021, in boot 7");
  EXPECT_EQ(FaultText({.kind = 2, .boot = 7}), "its watchdog ran out, in boot 7");
}

}  // namespace
}  // namespace continuo::mcu
