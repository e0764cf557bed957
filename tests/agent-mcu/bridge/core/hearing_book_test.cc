// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/hearing_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/mcu/slices.h"

namespace continuo::mcu {
namespace {

using ::testing::HasSubstr;

constexpr Nanoseconds kMs = 1'000'000;

std::vector<Slice> Two() {
  Slice one = SomeSlice(), other = SomeSlice();
  other.self = one.self + 1;
  return {one, other};
}

HearingTold Told(const Slice& slice, std::uint8_t input) {
  HearingTold told{.part = slice.self,
                   .input = input,
                   .inputs = static_cast<std::uint8_t>(slice.received.size()),
                   .said = {},
                   .heard = {}};
  told.heard.margin_min = 480;
  return told;
}

TEST(HearingBookTest, EachInputOfEachPartIsAskedForInTurn) {
  HearingBook book;
  EXPECT_FALSE(book.Next());
  const auto played = Two();
  book.Follow(played, {});
  const std::size_t inputs = played[0].received.size();
  for (int round = 0; round < 2; ++round) {
    for (const Slice& slice : played) {
      for (std::size_t i = 0; i < inputs; ++i) {
        const auto wish = book.Next();
        ASSERT_TRUE(wish);
        EXPECT_EQ(wish->part, slice.self);
        EXPECT_EQ(wish->input, i);
      }
    }
  }
  book.Follow({}, {});
  EXPECT_FALSE(book.Next());
}

TEST(HearingBookTest, WhatIsToldIsShownInSamplesAndBytesPerSecond) {
  HearingBook book;
  const auto played = Two();
  book.Follow(played, {});
  HearingTold told = Told(played[0], 1);
  told.heard.jitter = 16 * 48;
  told.heard.came.Note(-FramesOfMs(4));
  told.heard.came.Note(-FramesOfMs(2));
  told.heard.dropouts.push_back({.first = 1000, .packets = 3});
  told.said.repairs = 4;
  told.said.computed.Note(-FramesOfMs(9));
  book.Take(told, 1000 * kMs);
  told.heard.bytes = 50'000;
  told.said.bytes = 7'000;
  book.Take(told, 1500 * kMs);
  plan::Status status;
  book.AddTo(status);
  ASSERT_EQ(status.board.hears.size(), 1u);
  EXPECT_EQ(status.board.hears[0].bytes_per_s, 0u) << "half a second says little";
  book.Take(told, 2000 * kMs);
  status = {};
  book.AddTo(status);
  const plan::BoardHearing& hearing = status.board.hears[0];
  EXPECT_EQ(hearing.task, played[0].task.id);
  EXPECT_EQ(hearing.from, played[0].task.wires[0].from);
  EXPECT_EQ(hearing.bytes_per_s, 50'000u);
  EXPECT_EQ(hearing.needed_after, played[0].hold);
  EXPECT_EQ(hearing.margin_min, 480);
  EXPECT_EQ(hearing.jitter_us, 1000u);
  EXPECT_EQ(hearing.came.least, -FramesOfMs(4));
  EXPECT_EQ(hearing.came.mean, -FramesOfMs(3));
  EXPECT_EQ(hearing.came.beyond_most, FramesOfMs(3)) << "the end of the bin that begins at 2 ms";
  ASSERT_EQ(hearing.dropouts.size(), 1u);
  EXPECT_EQ(hearing.dropouts[0].at, 1000 * played[0].quantum);
  EXPECT_EQ(hearing.dropouts[0].length, 3 * played[0].quantum);
  ASSERT_EQ(status.board.says.size(), 1u);
  EXPECT_EQ(status.board.says[0].bytes_per_s, 7'000u);
  EXPECT_EQ(status.board.says[0].computed.mean, -FramesOfMs(9)) << "ahead of time";
  EXPECT_EQ(status.nacks_answered, 4u);
}

TEST(HearingBookTest, WhatNobodyPlaysOrIsOfAnotherSliceIsNotTaken) {
  HearingBook book;
  const auto played = Two();
  book.Follow({played[0]}, {});
  book.Take(Told(played[1], 0), 1);
  HearingTold told = Told(played[0], 0);
  ++told.inputs;
  book.Take(told, 1);
  plan::Status status;
  book.AddTo(status);
  EXPECT_TRUE(status.board.hears.empty());
}

TEST(HearingBookTest, DropoutsAreSaidOnceASecondAtMost) {
  HearingBook book;
  const auto played = Two();
  book.Follow(played, {});
  HearingTold told = Told(played[0], 1);
  EXPECT_EQ(book.Take(told, 1000 * kMs), "");
  told.heard.lost = 3;
  told.heard.dropouts.push_back({.first = 1000, .packets = 3});
  EXPECT_THAT(book.Take(told, 1100 * kMs), HasSubstr("went on without 3 packets of input 1"));
  told.heard.lost = 4;
  EXPECT_EQ(book.Take(told, 1200 * kMs), "");
  EXPECT_THAT(book.Take(told, 2200 * kMs), HasSubstr("without 1 packet of"));
  EXPECT_EQ(book.Take(told, 9000 * kMs), "") << "nothing new";
}

}  // namespace
}  // namespace continuo::mcu
