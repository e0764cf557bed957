// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/seal/key_page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"

namespace continuo::mcu {
namespace {

std::vector<std::uint8_t> PageOf(std::string_view name) {
  KeyPage page;
  EXPECT_TRUE(page.device.name.Assign(name));
  page.device.key.fill(7);
  page.seed.fill(9);
  std::vector<std::uint8_t> bytes(kKeyPageBytes);
  EXPECT_EQ(EncodeKeyPage(page, bytes), kKeyPageBytes);
  return bytes;
}

std::string WrongWith(std::span<const std::uint8_t> bytes) {
  std::optional<KeyPage> page;
  const char* const wrong = ParseKeyPage(bytes, page);
  EXPECT_TRUE(wrong == nullptr || !page);
  return wrong == nullptr ? "" : wrong;
}

TEST(KeyPage, IsReadAsItWasWritten) {
  std::optional<KeyPage> page;
  ASSERT_EQ(ParseKeyPage(PageOf("mcu-1"), page), nullptr);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->device.name.view(), "mcu-1");
  EXPECT_EQ(page->device.key[31], 7);
  EXPECT_EQ(page->seed[0], 9);
}

TEST(KeyPage, MemoryThatWasNeverWrittenHasNoKey) {
  for (const std::uint8_t value : {0x00, 0xff}) {
    std::optional<KeyPage> page;
    EXPECT_EQ(ParseKeyPage(std::vector<std::uint8_t>(kKeyPageBytes, value), page), nullptr);
    EXPECT_FALSE(page);
  }
}

TEST(KeyPage, WhateverElseIsThereIsNoKeyAndIsSaid) {
  auto page = PageOf("mcu-1");
  for (std::size_t i = 0; i < page.size(); ++i) {
    page[i] ^= 0x10;
    EXPECT_NE(WrongWith(page), "") << i;
    page[i] ^= 0x10;
  }
  EXPECT_EQ(WrongWith(page), "");
  EXPECT_EQ(WrongWith(std::span(page).first(107)), "key page: it must have 108 bytes");
  page[5] = 33;
  ByteWriter(std::span(page).subspan(104)).Le(CrcOf(std::span(page).first(104)));
  EXPECT_EQ(WrongWith(page), "key page: the name must be 1 to 32 printable characters");
}

TEST(KeyPage, ADeviceHasAName) {
  EXPECT_TRUE(IsDeviceName(std::string(32, 'x')));
  for (const std::string& name :
       {std::string(), std::string(33, 'x'), std::string("a b"), std::string("a\n")}) {
    EXPECT_FALSE(IsDeviceName(name)) << name;
  }
}

}  // namespace
}  // namespace continuo::mcu
