// SPDX-License-Identifier: Apache-2.0
// Also run under the thread sanitizer, which is what makes the two-thread tests worth having.
#include "dsp/base/spsc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <thread>

namespace continuo {
namespace {

TEST(SpscQueue, FullRefusesAndKeepsOrder) {
  SpscQueue<int, 4> queue;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue.TrySend(i));
  EXPECT_FALSE(queue.TrySend(4));
  int item = -1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(queue.TryReceive(item));
    EXPECT_EQ(item, i);
  }
  EXPECT_FALSE(queue.TryReceive(item));
}

TEST(SpscQueue, ItemsAreFilledAndReadInPlace) {
  SpscQueue<int, 2> queue;
  EXPECT_EQ(queue.Front(), nullptr);
  for (int i = 0; i < 2; ++i) {
    *queue.Draft() = i;
    EXPECT_EQ(queue.Front() == nullptr, i == 0) << "before it is pushed nobody sees it";
    queue.Push();
  }
  EXPECT_EQ(queue.Draft(), nullptr);
  for (int i = 0; i < 2; ++i) {
    ASSERT_NE(queue.Front(), nullptr);
    EXPECT_EQ(*queue.Front(), i);
    queue.Pop();
  }
  EXPECT_EQ(queue.Front(), nullptr);
}

TEST(SpscQueue, GoesRoundManyTimes) {
  SpscQueue<int, 2> queue;
  int item = -1;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(queue.TrySend(i));
    ASSERT_TRUE(queue.TryReceive(item));
    ASSERT_EQ(item, i);
  }
}

TEST(SpscQueue, NothingIsLostDoubledOrTornBetweenThreads) {
  struct Pair {
    std::uint64_t value, inverse;
  };
  constexpr std::uint64_t kItems = 100'000;
  const auto queue = std::make_unique<SpscQueue<Pair, 64>>();
  std::thread writer([&queue] {
    for (std::uint64_t i = 0; i < kItems;) {
      if (queue->TrySend({i, ~i})) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t expected = 0, wrong = 0;
  while (expected < kItems) {
    Pair pair{};
    if (!queue->TryReceive(pair)) {
      std::this_thread::yield();
      continue;
    }
    wrong += pair.value != expected || pair.inverse != ~expected ? 1 : 0;
    ++expected;
  }
  writer.join();
  EXPECT_EQ(wrong, 0u);
}

TEST(Mailbox, NewestValueWinsAndStays) {
  Mailbox<int> mailbox;
  EXPECT_EQ(mailbox.Read(), 0);
  for (int i = 1; i <= 5; ++i) {
    mailbox.Draft() = i;
    mailbox.Publish();
  }
  EXPECT_EQ(mailbox.Read(), 5);
  EXPECT_EQ(mailbox.Read(), 5);
}

TEST(Mailbox, ReaderNeverSeesAHalfWrittenOrAnOlderValue) {
  struct Wide {
    std::uint64_t values[8];
  };
  constexpr std::uint64_t kLast = 50'000;
  const auto mailbox = std::make_unique<Mailbox<Wide>>();
  std::thread writer([&mailbox] {
    for (std::uint64_t i = 1; i <= kLast; ++i) {
      for (std::uint64_t& value : mailbox->Draft().values) value = i;
      mailbox->Publish();
    }
  });
  std::uint64_t last = 0, wrong = 0;
  while (last < kLast) {
    const Wide& wide = mailbox->Read();
    for (const std::uint64_t value : wide.values) wrong += value != wide.values[0] ? 1 : 0;
    wrong += wide.values[0] < last ? 1 : 0;
    last = wide.values[0];
  }
  writer.join();
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace continuo
