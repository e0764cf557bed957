// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/partition.h"

#include <gtest/gtest.h>

#include <array>

namespace continuo::mcu {
namespace {

TEST(PartitionTest, SpansAreAlignedAndDoNotOverlap) {
  alignas(16) std::array<std::uint8_t, 128> memory{};
  Partition partition(memory);
  const auto one = partition.Take(5), other = partition.Take(17);
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(other.size(), 32u);
  EXPECT_EQ(other.data(), one.data() + 16);
  EXPECT_EQ(partition.LargestGap().size(), 80u);
  EXPECT_TRUE(partition.Take(81).empty());
  EXPECT_EQ(partition.Take(80).size(), 80u);
  EXPECT_TRUE(partition.LargestGap().empty());
}

TEST(PartitionTest, WhatIsReturnedIsTakenAgainAndNothingElseMoves) {
  alignas(16) std::array<std::uint8_t, 96> memory{};
  Partition partition(memory);
  const auto one = partition.Take(32), two = partition.Take(32), three = partition.Take(32);
  partition.Return(one);
  partition.Return(three);
  EXPECT_TRUE(partition.Take(48).empty()) << "the gaps do not touch";
  partition.Return(two);
  EXPECT_EQ(partition.Take(96).data(), memory.data());
}

TEST(PartitionTest, ThereAreAsManySpansAsParts) {
  alignas(16) std::array<std::uint8_t, 1024> memory{};
  Partition partition(memory);
  for (int i = 0; i < kMaxParts; ++i) EXPECT_FALSE(partition.Take(16).empty());
  EXPECT_TRUE(partition.Take(16).empty());
}

}  // namespace
}  // namespace continuo::mcu
