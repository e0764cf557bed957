// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/bridge_page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dsp/base/bytes.h"
#include "proto/mcu/crc_of.h"

namespace continuo::mcu {
namespace {

using Page = std::vector<std::uint8_t>;
constexpr BridgeAddress kOne{0x0a000202, 7405}, kOther{0x7f000001, 1};

Page PageOf(const BridgeAddresses& bridges) {
  Page page(kBridgePageBytes);
  EXPECT_EQ(EncodeBridgePage(bridges, page), kBridgePageBytes);
  return page;
}
BridgeAddresses Both() {
  BridgeAddresses both;
  both.push_back(kOne);
  both.push_back(kOther);
  return both;
}
std::string WrongWith(const Page& page) {
  BridgeAddresses bridges = Both();
  const char* const wrong = ParseBridgePage(page, bridges);
  EXPECT_TRUE(wrong == nullptr || bridges.empty());
  return wrong == nullptr ? "" : wrong;
}
Page Signed(Page page) {
  ByteWriter(std::span(page).subspan(20)).Le(CrcOf(std::span(page).first(20)));
  return page;
}

TEST(BridgePage, IsReadAsItWasWritten) {
  BridgeAddresses one;
  one.push_back(kOther);
  for (const BridgeAddresses& bridges : {one, Both()}) {
    BridgeAddresses read;
    EXPECT_EQ(ParseBridgePage(PageOf(bridges), read), nullptr);
    EXPECT_EQ(read, bridges);
  }
}

TEST(BridgePage, WhatIsWrongIsSaid) {
  for (const std::uint8_t value : {0x00, 0xff}) EXPECT_EQ(WrongWith(Page(24, value)), "");
  Page page = PageOf(Both());
  for (std::size_t i = 0; i < page.size(); ++i) {
    page[i] ^= 0x10;
    EXPECT_NE(WrongWith(page), "") << i;
    page[i] ^= 0x10;
  }
  EXPECT_EQ(WrongWith(Page(23)), "bridge page: it must have 24 bytes");
  page[5] = 3;
  EXPECT_EQ(WrongWith(Signed(page)), "bridge page: there must be 1 or 2 bridges");
  page[5] = 2;
  page[12] = page[13] = 0;
  EXPECT_EQ(WrongWith(Signed(page)),
            "bridge page: a bridge must have an address and a port from 1 to 65535");
  Page room(24);
  EXPECT_EQ(EncodeBridgePage({}, room), 0u);
  BridgeAddresses none;
  none.push_back({kOne.ip, 0});
  EXPECT_EQ(EncodeBridgePage(none, room), 0u);
  EXPECT_EQ(EncodeBridgePage(Both(), std::span(room).first(23)), 0u);
}

}  // namespace
}  // namespace continuo::mcu
