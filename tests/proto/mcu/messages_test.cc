// SPDX-License-Identifier: Apache-2.0
// Messages of other releases, and such as nobody should have written.
#include <gtest/gtest.h>

#include <algorithm>

#include "proto/mcu/told.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes With(Bytes payload, const Bytes& more) {
  payload.insert(payload.end(), more.begin(), more.end());
  return payload;
}

TEST(McuMessagesTest, EachComesOutAsItWentIn) {
  for (const Told& told : AllTold()) {
    ASSERT_FALSE(told.payload.empty()) << told.what;
    EXPECT_EQ(told.again(told.payload), told.payload) << told.what;
  }
}

TEST(McuMessagesTest, WhatANewerReleaseAddsIsSkipped) {
  for (const Told& told : AllTold()) {
    // Field 100, as each kind that there is: a number, eight bytes, a text of three, four bytes.
    const Bytes number{0xa0, 0x06, 0x96, 0x01}, eight{0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8},
        text{0xa2, 0x06, 3, 'n', 'e', 'w'}, four{0xa5, 0x06, 1, 2, 3, 4};
    for (const Bytes& more : {number, eight, text, four}) {
      EXPECT_EQ(told.again(With(told.payload, more)), told.payload) << told.what;
      EXPECT_EQ(told.again(With(more, told.payload)), told.payload) << told.what;
    }
  }
}

TEST(McuMessagesTest, WhatIsCutShortIsRefusedOrIsWhatItIs) {
  for (const Told& told : AllTold()) {
    for (std::size_t kept = 0; kept < told.payload.size(); ++kept) {
      const Bytes some(told.payload.begin(),
                       told.payload.begin() + static_cast<std::ptrdiff_t>(kept));
      const Bytes again = told.again(some);
      if (again.empty()) continue;
      // Cut between two fields: a message without the later ones, which lists of one length have all the same.
      EXPECT_TRUE(std::equal(some.begin(), some.end(), again.begin(),
                             again.begin() + static_cast<std::ptrdiff_t>(kept)))
          << told.what << ", " << kept << " bytes";
    }
  }
}

TEST(McuMessagesTest, WhatHasNoRoomIsRefusedWithTheWholeMessage) {
  const std::vector<Told> all = AllTold();
  const auto with = [&all](const char* what, const Bytes& more) {
    const auto is = [what](const Told& told) { return told.what == what; };
    const Told& told = *std::find_if(all.begin(), all.end(), is);
    return told.again(With(told.payload, more));
  };
  Bytes long_name{0x22, 33};
  long_name.resize(2 + 33, 'b');
  EXPECT_TRUE(with("Report", long_name).empty()) << "a text of 33 bytes where 32 have room";
  long_name.pop_back();
  long_name[1] = 32;
  EXPECT_FALSE(with("Report", long_name).empty()) << "and the last one said holds";
  Bytes parts;
  for (int part = 0; part < 6; ++part) parts = With(parts, {0x6a, 2, 0x08, 1});
  EXPECT_FALSE(with("Report", parts).empty()) << "eight parts";
  EXPECT_TRUE(with("Report", With(parts, {0x6a, 2, 0x08, 1})).empty()) << "nine";
  EXPECT_TRUE(with("Report", {0x62, 1, 5}).empty()) << "a ninth count of the seal";
  EXPECT_TRUE(with("PanelWish", {0x20, 0x80, 0x02}).empty()) << "256 where a byte has room";
  EXPECT_TRUE(
      with("HearingWish", {0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}).empty())
      << "2^64 - 1 where a byte has room";
  EXPECT_TRUE(with("Stop", {0x0b}).empty()) << "a group, which no message has";
  EXPECT_TRUE(with("Stop", {0x00}).empty()) << "field 0, which there is not";
}

/// With all that has room, and numbers as of a show that has gone on for years.
Slice FullSlice() {
  constexpr MediaTime kNow = 90'000'000'000'000;
  Slice slice = SomeSlice();
  slice.version = 60'000;
  slice.quantum = 48;
  slice.session.n0 = kNow;
  slice.session.tick0 = session::kTickLimit / 2;
  slice.session.bar_tick = session::kTickLimit / 2;
  slice.session.bar_number = 60'000;
  slice.task.kind = "mixer";
  slice.task.name = std::string_view("a name that has thirty-two bytes");
  slice.task.input_ports = 6;
  slice.task.wires.clear();
  slice.feeds.clear();
  slice.received.resize(1);
  Members six;
  while (!six.full()) {
    six.push_back({.incarnation = static_cast<Incarnation>(9000 + six.size()),
                   .node = static_cast<std::uint16_t>(900 + six.size())});
  }
  slice.members = six;
  slice.self = six[0].incarnation;
  slice.received[0].producers = six;
  slice.received[0].first = kNow / 48;
  slice.received[0].end = kMediaTimeLimit / 48;
  while (!slice.received.full()) {
    Received sound = slice.received[0];
    sound.stream = {.ssrc = ~0u, .epoch = 60'000, .generation = 60'000, .channels = 2};
    slice.received.push_back(sound);
  }
  while (!slice.feeds.full()) {
    const auto port = static_cast<std::uint8_t>(slice.feeds.size());
    slice.task.wires.push_back({.from = 9000, .port = port, .begins = kNow, .delay = 8192});
    slice.feeds.push_back({.first = static_cast<std::uint8_t>(port + 1), .groups = 1});
  }
  slice.receivers.clear();
  slice.places.clear();
  while (!slice.receivers.full()) {
    const auto node = static_cast<std::uint16_t>(900 + slice.receivers.size());
    slice.receivers.push_back(node);
    slice.places.push_back({.node = node, .ip = 0x0a00020f, .port = 50'004});
  }
  slice.task.params.clear();
  while (!slice.task.params.full()) {
    slice.task.params.push_back(
        {.index = static_cast<std::uint16_t>(slice.task.params.size()), .value = 1.5f});
  }
  return slice;
}

TEST(McuMessagesTest, ASliceOfAllThatABoardTakesFitsAFrame) {
  std::array<std::uint8_t, kMaxFrameBytes - kFrameOverhead> bytes{};
  const Slice slice = FullSlice();
  const std::size_t size = EncodeSlice(slice, bytes);
  ASSERT_GT(size, 0u);
  Slice again;
  ASSERT_STREQ(ParseSlice(std::span(bytes).first(size), again), nullptr);
  EXPECT_EQ(again, slice);
}

}  // namespace
}  // namespace continuo::mcu
