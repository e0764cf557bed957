// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "proto/mcu/slices.h"

namespace continuo::mcu {
namespace {

using testing::HasSubstr;

std::string Refusal(const Slice& slice) {
  std::array<std::uint8_t, 2048> bytes{};
  const std::size_t size = EncodeSlice(slice, bytes);
  Slice again;
  const char* const wrong = ParseSlice(std::span(bytes).first(size), again);
  return wrong == nullptr ? "" : wrong;
}

TEST(SliceTest, ComesOutAsItWentIn) {
  std::array<std::uint8_t, 1390> bytes{};
  Slice slice = SomeSlice();
  slice.task.wires[0].delay = dsp::kMaxWireDelay;
  const std::size_t size = EncodeSlice(slice, bytes);
  ASSERT_GT(size, 0u);
  Slice again;
  ASSERT_EQ(ParseSlice(std::span(bytes).first(size), again), nullptr);
  EXPECT_EQ(again, slice);
}

TEST(SliceTest, WhatCannotBePlayedIsNamed) {
  Slice slice = SomeSlice();
  slice.quantum = 47;
  EXPECT_THAT(Refusal(slice), HasSubstr("quantum"));
  slice = SomeSlice();
  slice.task.kind = "theremin";
  EXPECT_THAT(Refusal(slice), HasSubstr("task kind"));
  slice = SomeSlice();
  slice.task.wires[0].port = 1;
  EXPECT_THAT(Refusal(slice), HasSubstr("wires"));
  slice.task.wires[0] = {.from = 2, .delay = dsp::kMaxWireDelay + 1};
  EXPECT_THAT(Refusal(slice), HasSubstr("delays up to 8192"));
  slice = SomeSlice();
  slice.feeds[0].first = 2;
  EXPECT_THAT(Refusal(slice), HasSubstr("feeds"));
  slice = SomeSlice();
  slice.sent[0].channels = 1;
  EXPECT_THAT(Refusal(slice), HasSubstr("sent"));
  slice = SomeSlice();
  slice.self = 99;
  EXPECT_THAT(Refusal(slice), HasSubstr("members"));
  slice = SomeSlice();
  slice.received[0].stream.control = false;
  slice.received[0].stream.channels = 2;
  EXPECT_THAT(Refusal(slice), HasSubstr("conductor"));
  slice = SomeSlice();
  slice.silence = 10;
  EXPECT_THAT(Refusal(slice), HasSubstr("silence"));
}

}  // namespace
}  // namespace continuo::mcu
