// SPDX-License-Identifier: Apache-2.0
#include "agent/core/kept_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dsp/base/crc32.h"

namespace continuo::agent::core {
namespace {

const KeptPlan kKept{7, 3, std::string("a plan \0 with a null", 20)};

KeptPlan Back(std::string_view bytes) {
  std::string wrong;
  const KeptPlan kept = Unseal(bytes, wrong);
  EXPECT_EQ(wrong, "");
  return kept;
}

void ExpectNothing(std::string_view bytes, const char* why) {
  std::string wrong;
  EXPECT_EQ(Unseal(bytes, wrong), KeptPlan{}) << why;
  EXPECT_THAT(wrong, testing::HasSubstr(why));
}

TEST(Crc32, IsThatOfTheStandard) {
  EXPECT_EQ(Crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(Crc32(""), 0u);
}

TEST(KeptPlan, ComesBackEqual) {
  EXPECT_EQ(Back(Seal(kKept)), kKept);
  EXPECT_EQ(Back(Seal({})), KeptPlan{}) << "nothing plays";
  EXPECT_EQ(Back(""), KeptPlan{}) << "a new node";
}

TEST(KeptPlan, AFileThatWasCutOffAnywhereIsNothing) {
  const std::string bytes = Seal(kKept);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    std::string wrong;
    EXPECT_EQ(Unseal(bytes.substr(0, size), wrong), KeptPlan{}) << size;
    EXPECT_FALSE(wrong.empty()) << size;
  }
  ExpectNothing(bytes + "x", "cut off");
}

TEST(KeptPlan, AFlippedBitAnywhereIsNoticed) {
  const std::string bytes = Seal(kKept);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string bad = bytes;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    std::string wrong;
    EXPECT_EQ(Unseal(bad, wrong), KeptPlan{}) << bit;
    EXPECT_FALSE(wrong.empty()) << bit;
  }
}

TEST(KeptPlan, WhatAnotherReleaseWroteIsNotGuessedAt) {
  std::string bytes = Seal(kKept);
  bytes[4] = 2;
  ExpectNothing(bytes, "format 2");
  ExpectNothing("something else altogether", "no kept plan");
  ExpectNothing(std::string(4096, '\0'), "no kept plan");
}

}  // namespace
}  // namespace continuo::agent::core
