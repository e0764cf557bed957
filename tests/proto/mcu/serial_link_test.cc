// SPDX-License-Identifier: Apache-2.0
#include "proto/mcu/serial_link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dsp/base/random.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Nanoseconds kMs = 1'000'000;
constexpr std::size_t kChunk = 92;  // a millisecond of 921,600 baud

/// What a line does to chunks of bytes, of 1000.
struct Faults {
  const char* name;
  int damaged = 0;    ///< one bit of one byte
  int cut = 0;        ///< one byte is lost
  int lost = 0;       ///< all of it
  int doubled = 0;    ///< it comes twice
  int exchanged = 0;  ///< it comes after the next one
  int slow_ms = 0;    ///< whoever takes messages takes one in so long
  bool restarts = false;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t Throw() { return RandomBits(seed_, 7, ++throws_); }
  bool Hits(int of_1000) { return static_cast<int>(Throw() % 1000) < of_1000; }

 private:
  std::uint64_t seed_;
  std::int64_t throws_ = 0;
};

Bytes MessageOf(std::uint32_t from, std::uint32_t number) {
  Dice dice(std::uint64_t{from} << 32 | number);
  Bytes message(8 + dice.Throw() % (SerialLink::kMaxMessage - 7));
  for (std::uint8_t& byte : message) {
    const std::uint64_t bits = dice.Throw();
    byte = static_cast<std::uint8_t>(bits % 3 == 0 ? 0 : bits >> 8);
  }
  for (int i = 0; i < 4; ++i) {
    message[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(from >> 8 * i);
    message[static_cast<std::size_t>(4 + i)] = static_cast<std::uint8_t>(number >> 8 * i);
  }
  return message;
}

/// One end, which always has something to say, and what it has heard.
class End {
 public:
  void Start(std::uint32_t life) {
    life_ = life;
    link_ = std::make_unique<SerialLink>(SerialLink::Config{.life = life});
    said_ = next_heard_ = peer_lives_ = 0;
  }
  void Turn(Nanoseconds now, Nanoseconds slow, std::uint32_t most) {
    const std::uint32_t lives = link_->counters().peer_lives;
    if (lives != peer_lives_ && peer_lives_ != 0)
      said_ = 0;  // the other one knows nothing any more
    peer_lives_ = lives;
    while (said_ < most && link_->Send(MessageOf(life_, said_))) ++said_;
    while (!link_->Front().empty() && now >= takes_at_) {
      const auto front = link_->Front();
      Take({front.begin(), front.end()});
      link_->Pop();
      takes_at_ = now + slow;
      if (slow != 0) break;
    }
  }
  SerialLink& link() { return *link_; }
  std::uint32_t heard() const { return next_heard_; }
  std::uint32_t life() const { return life_; }

 private:
  // In order, none twice, none left out within a life of who speaks.
  void Take(const Bytes& message) {
    std::uint32_t from = 0, number = 0;
    for (int i = 0; i < 4; ++i) {
      from |= std::uint32_t{message[static_cast<std::size_t>(i)]} << 8 * i;
      number |= std::uint32_t{message[static_cast<std::size_t>(4 + i)]} << 8 * i;
    }
    EXPECT_GE(from, heard_life_) << "of a life that is over";
    if (from != heard_life_) next_heard_ = 0;
    heard_life_ = from;
    ASSERT_EQ(message, MessageOf(from, number));
    ASSERT_EQ(number, next_heard_);
    next_heard_ = number + 1;
  }

  std::uint32_t life_ = 0, said_ = 0, heard_life_ = 0, next_heard_ = 0, peer_lives_ = 0;
  Nanoseconds takes_at_ = 0;
  std::unique_ptr<SerialLink> link_;
};

class Line {
 public:
  Line(const Faults& faults, std::uint64_t seed) : faults_(faults), dice_(seed) {}

  void Carry(End& from, End& to, Nanoseconds now) {
    Bytes chunk(kChunk);
    chunk.resize(from.link().Speak(chunk, now));
    if (!chunk.empty()) Bring(std::move(chunk));
    for (const Bytes& one : arrived_) to.link().Hear(one, now);
    arrived_.clear();
  }
  void Empty() { held_.clear(); }

 private:
  void Bring(Bytes chunk) {
    if (dice_.Hits(faults_.lost)) return;
    if (dice_.Hits(faults_.damaged)) {
      chunk[dice_.Throw() % chunk.size()] ^= static_cast<std::uint8_t>(1 << dice_.Throw() % 8);
    }
    if (dice_.Hits(faults_.cut)) {
      chunk.erase(chunk.begin() + static_cast<std::ptrdiff_t>(dice_.Throw() % chunk.size()));
    }
    if (held_.empty() && dice_.Hits(faults_.exchanged)) {
      held_ = chunk;
      return;
    }
    if (dice_.Hits(faults_.doubled)) arrived_.push_back(chunk);
    arrived_.push_back(std::move(chunk));
    if (!held_.empty()) arrived_.push_back(std::move(held_));
    held_.clear();
  }

  Faults faults_;
  Dice dice_;
  std::vector<Bytes> arrived_;
  Bytes held_;
};

class SerialLinkTest : public testing::TestWithParam<Faults> {};

TEST_P(SerialLinkTest, EachMessageComesOnceAndInOrder) {
  const Faults& faults = GetParam();
  constexpr std::uint32_t kMessages = 150;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    End bridge, board;
    Line there(faults, seed), back(faults, seed + 100);
    Dice dice(seed + 200);
    bridge.Start(10);
    board.Start(10);
    int restarts = 0;
    Nanoseconds now = 0;
    const auto done = [&] { return bridge.heard() == kMessages && board.heard() == kMessages; };
    for (; !done() && now < 600'000 * kMs; now += kMs) {
      if (faults.restarts && restarts < 10 && dice.Hits(2)) {
        End& one = ++restarts % 2 == 0 ? bridge : board;
        one.Start(one.life() + 1);
        there.Empty();
        back.Empty();
      }
      bridge.Turn(now, faults.slow_ms * kMs, kMessages);
      board.Turn(now, 0, kMessages);
      there.Carry(bridge, board, now);
      back.Carry(board, bridge, now);
      ASSERT_FALSE(HasFatalFailure());
    }
    EXPECT_EQ(restarts != 0, faults.restarts);
    EXPECT_TRUE(done()) << "after " << now / kMs << " ms " << bridge.heard() << " and "
                        << board.heard();
    for (End* const end : {&bridge, &board}) {
      const SerialLink::Counters& counters = end->link().counters();
      if (!faults.restarts) {
        EXPECT_EQ(counters.refused, 0u) << "more than there was room for";
      }
      if (std::string(faults.name) == "IsPerfect") {
        EXPECT_EQ(counters.resent, 0u);
        EXPECT_EQ(counters.damaged, 0u);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OnALineThat, SerialLinkTest,
                         testing::Values(Faults{.name = "IsPerfect"},
                                         Faults{.name = "Damages", .damaged = 20},
                                         Faults{.name = "LosesBytes", .cut = 20},
                                         Faults{.name = "LosesChunks", .lost = 20},
                                         Faults{.name = "Repeats", .doubled = 20},
                                         Faults{.name = "ChangesTheOrder", .exchanged = 20},
                                         Faults{.name = "IsReadSlowly", .slow_ms = 40},
                                         Faults{.name = "HasEndsThatStartOver", .restarts = true},
                                         Faults{.name = "DoesEverything",
                                                .damaged = 8,
                                                .cut = 4,
                                                .lost = 4,
                                                .doubled = 8,
                                                .exchanged = 8,
                                                .slow_ms = 5,
                                                .restarts = true}),
                         [](const auto& one) { return std::string(one.param.name); });

/// Everything that one end says goes to the other.
void Talk(SerialLink& one, SerialLink& other, Nanoseconds now) {
  Bytes bytes(1 << 16);
  for (int i = 0; i < 4; ++i) {
    other.Hear(std::span(bytes).first(one.Speak(bytes, now)), now);
    one.Hear(std::span(bytes).first(other.Speak(bytes, now)), now);
  }
}

TEST(SerialLinkTest, WhoHasNoRoomIsToldNothing) {
  SerialLink one({.life = 1}), other({.life = 2});
  Talk(one, other, 0);
  ASSERT_TRUE(one.connected() && other.connected());
  unsigned sent = 0;
  for (Nanoseconds now = 0; now < 5000 * kMs; now += kMs) {
    while (one.Send(Bytes{1, 2, 3})) ++sent;
    Talk(one, other, now);
  }
  EXPECT_EQ(sent, 2 * SerialLink::kWindow) << "a window there, and one here";
  EXPECT_EQ(other.counters().delivered, SerialLink::kWindow);
  EXPECT_EQ(other.counters().refused, 0u);
  EXPECT_EQ(one.counters().resent, 0u);
  other.Pop();
  Talk(one, other, 5000 * kMs);
  EXPECT_EQ(other.counters().delivered, SerialLink::kWindow + 1) << "without waiting for anything";
}

TEST(SerialLinkTest, SaysNothingToNobodyButThatItIsThere) {
  SerialLink one({.life = 1});
  EXPECT_TRUE(one.Send(Bytes{1, 2, 3}));
  Bytes bytes(1 << 16);
  std::size_t said = 0;
  for (Nanoseconds now = 0; now < 1000 * kMs; now += kMs) said += one.Speak(bytes, now);
  EXPECT_EQ(one.counters().sent, 0u);
  EXPECT_GT(said, 9 * 19u);
  EXPECT_LT(said, 11 * 24u);
}

TEST(SerialLinkTest, AnAcknowledgementGoesWithTheAnswerOrALittleLater) {
  SerialLink one({.life = 1}), other({.life = 2});
  Talk(one, other, 0);
  Bytes bytes(1 << 16);
  const auto say = [&](Nanoseconds now) {
    ASSERT_TRUE(one.Send(Bytes{1, 2, 3}));
    other.Hear(std::span(bytes).first(one.Speak(bytes, now)), now);
    ASSERT_FALSE(other.Front().empty());
    other.Pop();
  };
  say(kMs);
  EXPECT_EQ(other.Speak(bytes, kMs), 0u) << "there may be an answer";
  EXPECT_EQ(other.Speak(bytes, 3 * kMs - 1), 0u);
  EXPECT_NE(other.Speak(bytes, 3 * kMs), 0u) << "there was none";
  EXPECT_EQ(other.Speak(bytes, 3 * kMs), 0u);

  say(10 * kMs);
  ASSERT_TRUE(other.Send(Bytes{4}));
  const std::size_t answer = other.Speak(bytes, 10 * kMs);
  one.Hear(std::span(bytes).first(answer), 10 * kMs);
  EXPECT_EQ(other.Speak(bytes, 12 * kMs), 0u) << "said with the answer";

  say(20 * kMs);
  say(20 * kMs);
  EXPECT_NE(other.Speak(bytes, 20 * kMs), 0u)
      << "at half a window the other end could soon wait for it";
}

TEST(SerialLinkTest, MessagesHaveALength) {
  SerialLink one({.life = 1});
  EXPECT_FALSE(one.Send({}));
  EXPECT_FALSE(one.Send(Bytes(SerialLink::kMaxMessage + 1)));
  EXPECT_TRUE(one.Send(Bytes(SerialLink::kMaxMessage)));
}

TEST(SerialLinkTest, ALongNoiseIsNoUnit) {
  SerialLink one({.life = 1});
  one.Hear(Bytes(10'000, 0x55), 0);
  one.Hear(Bytes{0}, 0);
  EXPECT_EQ(one.counters().damaged, 1u);
  EXPECT_FALSE(one.connected());
}

}  // namespace
}  // namespace continuo::mcu
