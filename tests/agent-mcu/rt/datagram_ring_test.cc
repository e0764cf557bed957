// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/datagram_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes Some(std::size_t size, std::uint32_t number) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(number + i);
  return bytes;
}

template <typename Ring>
bool SendTo(Ring& ring, const Bytes& bytes, Nanoseconds came) {
  return ring.Send({.bytes = 0, .place = {.node = 1, .ip = 2, .port = 3}, .came = came}, bytes);
}

TEST(DatagramRingTest, WhatIsSentComesInOrderAndWhole) {
  constexpr std::uint32_t kBytes = 1024;
  const auto ring = std::make_unique<DatagramRing<kBytes>>();
  std::mt19937 random(1);
  std::deque<Bytes> sent;
  Nanoseconds first = 0, next = 0;
  std::size_t refused = 0;
  for (int turn = 0; turn < 100'000; ++turn) {
    if (random() % 2 == 0) {
      const Bytes bytes = Some(random() % 400, random());
      std::size_t waits = 0;
      for (const Bytes& one : sent) waits += one.size() + DatagramRing<kBytes>::kHead + 7;
      if (SendTo(*ring, bytes, next)) {
        sent.push_back(bytes);
        ++next;
      } else {
        ++refused;
        // At the end as much may be left free as the longest takes, where it would not lie in one piece.
        EXPECT_GT(waits + 432 + 2 * (bytes.size() + 32), kBytes) << "there was room";
      }
      continue;
    }
    const Datagram* const front = ring->Front();
    ASSERT_EQ(front == nullptr, sent.empty());
    if (front == nullptr) continue;
    EXPECT_EQ(front->came, first++);
    EXPECT_EQ(front->place, (Place{.node = 1, .ip = 2, .port = 3}));
    ASSERT_TRUE(std::equal(front->data().begin(), front->data().end(), sent.front().begin(),
                           sent.front().end()));
    ring->Pop();
    sent.pop_front();
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(first, 1000);
}

TEST(DatagramRingTest, ThereAreMoreOfThemTheShorterTheyAre) {
  const auto ring = std::make_unique<DatagramRing<16 * 1024>>();
  const auto room_for = [&ring](std::size_t size) {
    int count = 0;
    while (SendTo(*ring, Some(size, 0), 0)) ++count;
    for (int i = 0; i < count; ++i) ring->Pop();
    EXPECT_EQ(ring->Front(), nullptr);
    return count;
  };
  EXPECT_EQ(room_for(1400), 11);
  EXPECT_GE(room_for(400), 37);
  EXPECT_GE(room_for(40), 255);
  EXPECT_FALSE(SendTo(*ring, Some(16 * 1024, 0), 0)) << "longer than the ring";
}

TEST(DatagramRingTest, WhatHasRoomIsTaken) {
  const auto ring = std::make_unique<DatagramRing<1024>>();
  std::mt19937 random(3);
  int refused = 0;
  for (int turn = 0; turn < 10'000; ++turn) {
    const std::size_t size = random() % 150, count = 1 + random() % 4;
    if (ring->HasRoom(count, size)) {
      for (std::size_t i = 0; i < count; ++i) ASSERT_TRUE(SendTo(*ring, Some(size, 0), 0));
    } else {
      ++refused;
    }
    if (random() % 3 == 0) continue;
    for (int i = 0; i < 2 && ring->Front() != nullptr; ++i) ring->Pop();
  }
  EXPECT_GT(refused, 100);
  while (ring->Front() != nullptr) ring->Pop();
  EXPECT_TRUE(ring->HasRoom(9, 1400)) << "who waits for an empty one waits for ever";
}

TEST(DatagramRingTest, OneWritesWhileAnotherReads) {
  const auto ring = std::make_unique<DatagramRing<512>>();
  constexpr Nanoseconds kAll = 20'000;
  std::thread writer([&ring] {
    std::mt19937 random(2);
    for (Nanoseconds i = 0; i < kAll;) {
      if (SendTo(*ring, Some(random() % 150, static_cast<std::uint32_t>(i)), i)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  int wrong = 0;
  for (Nanoseconds i = 0; i < kAll;) {
    const Datagram* const front = ring->Front();
    if (front == nullptr) {
      std::this_thread::yield();
      continue;
    }
    const auto data = front->data();
    const Bytes due = Some(data.size(), static_cast<std::uint32_t>(i));
    wrong += front->came != i || !std::equal(data.begin(), data.end(), due.begin(), due.end());
    ring->Pop();
    ++i;
  }
  writer.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace continuo::mcu
