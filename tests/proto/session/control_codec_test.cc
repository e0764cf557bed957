// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "proto/session/conductor.h"
#include "proto/wire/rtp.h"

namespace continuo::session {
namespace {

using Payload = std::array<std::uint8_t, wire::kMaxPayloadBytes>;

ControlQuantum FullQuantum() {
  ControlQuantum quantum;
  quantum.n = 48 * 1000;
  quantum.frames = 48;
  quantum.plan_version = 17;
  for (int i = 0; i < kMaxSegmentsPerQuantum; ++i) {
    Segment segment;
    segment.version = 100 + i;
    segment.n0 = i == 0 ? 4711 : quantum.n + 6 * i - 1;
    segment.tick0 = 1'000'000 + i;
    segment.tempo_mbpm = 98'765;
    segment.playing = i % 2 == 0;
    segment.meter_num = 7;
    segment.meter_den = 8;
    segment.bar_tick = 12'345;
    segment.bar_number = 9;
    segment.muted = i % 3 == 0;
    segment.mute_n0 = 4000 + i;
    quantum.segments.push_back(segment);
  }
  for (int i = 0; i < kMaxRecallsPerQuantum; ++i) {
    quantum.recalls.push_back({quantum.n + 11 * i, static_cast<std::uint16_t>(1 + 21 * i)});
  }
  return quantum;
}

TEST(ControlCodec, EveryFieldComesBack) {
  Payload payload;
  const std::size_t bytes = EncodeControl(FullQuantum(), payload);
  ASSERT_GT(bytes, 0u);
  ControlQuantum back;
  ASSERT_TRUE(ParseControl(std::span(payload).first(bytes), back));
  EXPECT_EQ(back, FullQuantum());
}

TEST(ControlCodec, RoomTooSmallWritesNothing) {
  std::array<std::uint8_t, 40> small;
  EXPECT_EQ(EncodeControl(FullQuantum(), small), 0u);
}

TEST(ControlCodec, EveryTruncationIsRefused) {
  Payload payload;
  const std::size_t bytes = EncodeControl(FullQuantum(), payload);
  ControlQuantum back;
  for (std::size_t size = 0; size < bytes; ++size) {
    EXPECT_FALSE(ParseControl(std::span(payload).first(size), back)) << size;
  }
  EXPECT_FALSE(ParseControl(std::span(payload).first(bytes + 1), back));
}

bool Refused(const ControlQuantum& quantum) {
  Payload payload;
  const std::size_t bytes = EncodeControl(quantum, payload);
  ControlQuantum back;
  return !ParseControl(std::span(payload).first(bytes), back);
}

TEST(ControlCodec, RecallsOutOfOrderOrRangeAreRefused) {
  ControlQuantum quantum = FullQuantum();
  quantum.recalls[1].at = quantum.n + 12;
  quantum.recalls[2].at = quantum.n + 11;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.recalls[3].at = quantum.n + quantum.frames;
  EXPECT_TRUE(Refused(quantum));
  for (const int scene : {0, kMaxScenes + 1}) {
    quantum = FullQuantum();
    quantum.recalls[0].scene = static_cast<std::uint16_t>(scene);
    EXPECT_TRUE(Refused(quantum)) << scene;
  }
}

TEST(ControlCodec, FieldsOutOfRangeAreRefused) {
  ControlQuantum quantum = FullQuantum();
  EXPECT_FALSE(Refused(quantum));
  quantum.frames = 47;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.n += 1;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.n = -48;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.segments[3].tempo_mbpm = 0;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.segments.clear();
  EXPECT_TRUE(Refused(quantum));
}

TEST(ControlCodec, SegmentsOutOfOrderAreRefused) {
  ControlQuantum quantum = FullQuantum();
  quantum.segments[2].n0 = quantum.segments[1].n0;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.segments[0].n0 = quantum.n + 1;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.segments[1].n0 = quantum.n;
  EXPECT_TRUE(Refused(quantum));
  quantum = FullQuantum();
  quantum.segments.back().n0 = quantum.n + quantum.frames;
  EXPECT_TRUE(Refused(quantum));
}

TEST(ControlCodec, WhatIsRefusedLeavesTheOldQuantumInForce) {
  Payload payload;
  const std::size_t bytes = EncodeControl(FullQuantum(), payload);
  ControlQuantum held = FullQuantum();
  held.n += 96;
  const ControlQuantum before = held;
  for (std::size_t size = 0; size < bytes; ++size) {
    EXPECT_FALSE(ParseControl(std::span(payload).first(size), held));
    EXPECT_EQ(held, before);
  }
}

TEST(ControlCodec, AnotherVersionIsRefused) {
  Payload payload;
  const std::size_t bytes = EncodeControl(FullQuantum(), payload);
  ++payload[0];
  ControlQuantum back;
  EXPECT_FALSE(ParseControl(std::span(payload).first(bytes), back));
}

}  // namespace
}  // namespace continuo::session
