// SPDX-License-Identifier: Apache-2.0
#include "agent/handoff/image.h"

#include <gtest/gtest.h>

#include <string>

namespace continuo::agent::handoff {
namespace {

std::vector<std::uint8_t> Whole() {
  std::vector<std::uint8_t> bytes(kImageHeadBytes);
  EncodeImageHead({.task = 7,
                   .generation = 2,
                   .next = 1'000'000'007,
                   .evseq = 9,
                   .replica_bytes = 3,
                   .body_bytes = 5},
                  std::span<std::uint8_t, kImageHeadBytes>(bytes));
  for (const char c : std::string("abcdefgh")) bytes.push_back(static_cast<std::uint8_t>(c));
  return bytes;
}

TEST(ImageTest, ComesApartAsItWasPutTogether) {
  const std::vector<std::uint8_t> bytes = Whole();
  Image image;
  ASSERT_EQ(ParseImage(bytes, image), nullptr);
  EXPECT_EQ(image.head.task, 7u);
  EXPECT_EQ(image.head.generation, 2);
  EXPECT_EQ(image.head.next, 1'000'000'007);
  EXPECT_EQ(image.head.evseq, 9u);
  EXPECT_EQ(std::string(image.replica.begin(), image.replica.end()), "abc");
  EXPECT_EQ(std::string(image.body.begin(), image.body.end()), "defgh");
}

TEST(ImageTest, OneThatIsCutOffAnywhereIsRefused) {
  const std::vector<std::uint8_t> bytes = Whole();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    Image image;
    EXPECT_NE(ParseImage(std::span(bytes).first(length), image), nullptr) << length;
  }
}

TEST(ImageTest, OneWithBytesTooManyOrOfAnotherKindIsRefused) {
  std::vector<std::uint8_t> bytes = Whole();
  bytes.push_back(0);
  Image image;
  EXPECT_STREQ(ParseImage(bytes, image), "the image has bytes too many");
  for (const std::size_t byte : {0u, 3u, 4u}) {
    bytes = Whole();
    bytes[byte] ^= 1;
    EXPECT_NE(ParseImage(bytes, image), nullptr);
  }
}

TEST(ImageTest, LengthsThatWouldWrapAroundAreRefused) {
  std::vector<std::uint8_t> bytes = Whole();
  EncodeImageHead({.task = 7, .replica_bytes = 0xFFFFFFFF, .body_bytes = 9},
                  std::span<std::uint8_t, kImageHeadBytes>(bytes.data(), kImageHeadBytes));
  Image image;
  EXPECT_STREQ(ParseImage(bytes, image), "the image is cut off");
}

}  // namespace
}  // namespace continuo::agent::handoff
