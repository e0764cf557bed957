// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "proto/wire/control_frames.h"
#include "proto/wire/rtp.h"

namespace continuo::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

FellowMessage Example(std::uint32_t task, int entries, int excluded) {
  FellowMessage message;
  message.task = task;
  message.from = 3;
  message.to = 4;
  message.seq = 1000;
  message.echo = 999;
  message.fenced = task % 2 == 1;
  message.tainted = task % 2 == 0;
  message.witness = task % 3 == 0;
  message.standing = static_cast<Standing>(task % 4);
  message.hash_next = 81'600'000'000'000 / 48 - 7;
  message.state_hash = 0xfedc'ba98'7654'3210;
  message.next = 81'600'000'000'000 / 48;
  message.promise = 81'600'000'014'400;
  message.log_end = 70;
  message.ack = 12;
  message.base = 50;
  message.rewired = 81'600'000'000'480;
  for (int i = 0; i < entries; ++i) {
    message.entries.push_back({message.promise + i,
                               std::uint64_t{1} << 32 | static_cast<unsigned>(i), Command::kParam,
                               static_cast<std::uint16_t>(i), Event::FromFloat(-0.5f)});
  }
  for (int i = 0; i < excluded; ++i) message.excluded.push_back(100u + static_cast<unsigned>(i));
  return message;
}

bool Same(const FellowMessage& a, const FellowMessage& b) {
  return a.task == b.task && a.from == b.from && a.to == b.to && a.seq == b.seq &&
         a.echo == b.echo && a.fenced == b.fenced && a.tainted == b.tainted &&
         a.witness == b.witness && a.standing == b.standing && a.hash_next == b.hash_next &&
         a.state_hash == b.state_hash && a.next == b.next && a.promise == b.promise &&
         a.log_end == b.log_end && a.ack == b.ack && a.base == b.base && a.rewired == b.rewired &&
         a.entries == b.entries && a.excluded == b.excluded;
}

Bytes Frame(const std::vector<FellowMessage>& messages) {
  Bytes bytes(kMaxDatagramBytes);
  FellowFrameWriter writer(bytes, 7);
  for (const FellowMessage& message : messages) EXPECT_TRUE(writer.Add(message));
  bytes.resize(writer.size());
  return bytes;
}

TEST(FellowFrame, MessagesComeBackInOrder) {
  const std::vector<FellowMessage> sent = {
      Example(1, 0, 0), Example(2, kMaxEntriesPerMessage, kMaxExcluded), Example(3, 1, 2)};
  const Bytes bytes = Frame(sent);
  FellowFrameReader reader(bytes);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.from_node(), 7);
  FellowMessage message;
  for (const FellowMessage& expected : sent) {
    ASSERT_TRUE(reader.Next(message));
    EXPECT_TRUE(Same(message, expected));
  }
  EXPECT_FALSE(reader.Next(message));
  EXPECT_TRUE(reader.ok());
}

TEST(FellowFrame, TheFlagsDoNotMix) {
  for (int flags = 0; flags < 32; ++flags) {
    FellowMessage sent = Example(1, 0, 0);
    sent.fenced = (flags & 1) != 0;
    sent.tainted = (flags & 2) != 0;
    sent.witness = (flags & 4) != 0;
    sent.standing = static_cast<Standing>(flags >> 3);
    const Bytes bytes = Frame({sent});
    FellowFrameReader reader(bytes);
    FellowMessage message;
    ASSERT_TRUE(reader.Next(message));
    EXPECT_TRUE(Same(message, sent)) << flags;
  }
}

TEST(FellowFrame, AFlagOfALaterVersionIsRefused) {
  Bytes bytes = Frame({Example(1, 0, 0)});
  bytes[4 + 20] |= 32;
  EXPECT_FALSE(FellowFrameReader(bytes).ok());
}

TEST(FellowFrame, AnEntryThatJoinsSomeonePasses) {
  FellowMessage sent = Example(1, 1, 0);
  sent.entries[0].command = Command::kJoin;
  sent.entries[0].value = 0xffff'ffff;
  EXPECT_TRUE(FellowFrameReader(Frame({sent})).ok());
}

TEST(FellowFrame, AFullMessageHasTheSizeItSays) {
  EXPECT_EQ(Frame({Example(2, kMaxEntriesPerMessage, kMaxExcluded)}).size(),
            4 + kMaxFellowMessageBytes);
}

TEST(FellowFrame, WhatDoesNotFitIsNotBegun) {
  Bytes bytes(4 + kMaxFellowMessageBytes + 50);
  FellowFrameWriter writer(bytes, 7);
  EXPECT_TRUE(writer.empty());
  EXPECT_TRUE(writer.Add(Example(2, kMaxEntriesPerMessage, kMaxExcluded)));
  const std::size_t full = writer.size();
  EXPECT_FALSE(writer.Add(Example(1, 0, 0)));
  EXPECT_EQ(writer.size(), full);
  EXPECT_FALSE(writer.empty());
  EXPECT_TRUE(FellowFrameReader(std::span(bytes).first(full)).ok());
}

TEST(FellowFrame, ATruncatedFrameGivesNoneOfItsMessages) {
  const Bytes bytes = Frame({Example(1, 0, 0), Example(2, 2, 1)});
  const std::size_t one = Frame({Example(1, 0, 0)}).size();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (size == 4 || size == one) continue;  // whole frames
    FellowFrameReader reader(std::span<const std::uint8_t>(bytes).first(size));
    FellowMessage message;
    EXPECT_FALSE(reader.ok()) << size;
    EXPECT_FALSE(reader.Next(message)) << size;
  }
}

TEST(FellowFrame, AnotherTypeOrVersionIsRefused) {
  Bytes bytes = Frame({Example(1, 0, 0)});
  bytes[1] = 1;
  EXPECT_FALSE(FellowFrameReader(bytes).ok());
  bytes[1] = kFrameVersion;
  bytes[0] = kFrameNack;
  EXPECT_FALSE(FellowFrameReader(bytes).ok());
}

TEST(FellowFrame, NonsenseIsRefused) {
  FellowMessage message = Example(1, 1, 0);
  message.entries[0].command = static_cast<Command>(15);
  EXPECT_FALSE(FellowFrameReader(Frame({message})).ok());
  message = Example(1, 1, 0);
  message.entries[0].at = kMediaTimeLimit;
  EXPECT_FALSE(FellowFrameReader(Frame({message})).ok());
  message = Example(1, 2, 0);
  message.base = message.log_end - 1;
  EXPECT_FALSE(FellowFrameReader(Frame({message})).ok()) << "entries beyond the end of the log";
  message = Example(1, 0, 0);
  message.promise = -kMediaTimeLimit;
  EXPECT_FALSE(FellowFrameReader(Frame({message})).ok());
  message = Example(1, 0, 0);
  message.hash_next = kMediaTimeLimit;
  EXPECT_FALSE(FellowFrameReader(Frame({message})).ok());
}

TEST(FellowFrame, MoreEntriesThanAMessageHoldsAreRefused) {
  Bytes bytes = Frame({Example(1, 0, 0)});
  bytes[4 + 65] = kMaxEntriesPerMessage + 1;
  bytes.resize(bytes.size() + 27 * (kMaxEntriesPerMessage + 1), 1);
  EXPECT_FALSE(FellowFrameReader(bytes).ok());
}

}  // namespace
}  // namespace continuo::wire
