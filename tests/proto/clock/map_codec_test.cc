// SPDX-License-Identifier: Apache-2.0
#include "proto/clock/map_codec.h"

#include <gtest/gtest.h>

#include <array>

namespace continuo::clock {
namespace {

constexpr std::uint64_t kStage = 0x1234;

struct Frame {
  explicit Frame(const MediaMap& map) : bytes(EncodeMap(map, kStage, room)) {}
  std::span<std::uint8_t> span() { return std::span(room).first(bytes); }
  std::array<std::uint8_t, kMapFrameBytes> room{};
  std::size_t bytes;
};

MediaMap MapOf(std::uint32_t entries) {
  MediaMap map;
  for (std::uint32_t v = 0; v < entries; ++v)
    map.Add(NextEntry(v, 0xa + v, v * 300'000'000, v * 48'000));
  return map;
}

TEST(MapCodec, TellsWhatTheOtherDoesNotKnow) {
  const MediaMap known = MapOf(8);
  Frame frame(known);
  MediaMap map = MapOf(3);
  ASSERT_TRUE(MergeMap(frame.span(), kStage, map));
  EXPECT_EQ(map.entries(), known.entries());
  MediaMap empty;
  Frame nothing(empty);
  ASSERT_TRUE(MergeMap(nothing.span(), kStage, map)) << "who knows nothing asks so";
  EXPECT_EQ(map.version(), 8u);
}

TEST(MapCodec, AnotherStagesIsRefused) {
  Frame frame(MapOf(2));
  MediaMap map;
  EXPECT_FALSE(MergeMap(frame.span(), kStage + 1, map));
  EXPECT_EQ(map.version(), 0u);
}

TEST(MapCodec, OneThatIsCutOrWrongChangesNothing) {
  Frame frame(MapOf(2));
  MediaMap map;
  for (std::size_t bytes = 0; bytes < frame.bytes; ++bytes) {
    EXPECT_FALSE(MergeMap(frame.span().first(bytes), kStage, map)) << bytes;
  }
  frame.room[11 + 40 + 4 + 8 + 8] ^= 1;  // sample 1 of the second entry: not a whole second
  EXPECT_FALSE(MergeMap(frame.span(), kStage, map));
  EXPECT_EQ(map.version(), 0u) << "nor is the first taken";
}

}  // namespace
}  // namespace continuo::clock
