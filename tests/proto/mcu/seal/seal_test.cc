// SPDX-License-Identifier: Apache-2.0
// Both ends of a sealed link, and a stranger who hears and says what he likes.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/seal/bridge_seal.h"
#include "support/toy_cipher.h"

namespace continuo::mcu {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Nanoseconds kMs = 1'000'000;

Bytes32 All(std::uint8_t value) {
  Bytes32 bytes;
  bytes.fill(value);
  return bytes;
}

DeviceKey Device(std::string_view name, std::uint8_t key) {
  DeviceKey device;
  EXPECT_TRUE(device.name.Assign(name));
  device.key = All(key);
  return device;
}

class SealTest : public testing::Test {
 protected:
  void BoardStarts(const std::optional<DeviceKey>& device) {
    board_.emplace(cipher_, device, All(++seeds_));
  }
  void BridgeStarts(const std::optional<DeviceKey>& device) {
    bridge_.emplace(cipher_, device, All(++seeds_));
  }
  void BothStart() {
    BoardStarts(Device("mcu-1", 7));
    BridgeStarts(Device("mcu-1", 7));
  }

  /// To the board, and what it answers back to the bridge.
  Unsealed ToBoard(const Bytes& datagram) {
    said_.push_back(datagram);
    Bytes answer(kMaxHandshakeBytes);
    const Unsealed heard = board_->Hear(datagram, answer);
    if (heard.answer != 0 && board_is_heard_) {
      answer.resize(heard.answer);
      bridge_->Hear(answer, now_);
    }
    return heard;
  }
  void HandshakeTurn() {
    Bytes out(kMaxHandshakeBytes);
    const std::size_t size = bridge_->Speak(now_, out);
    out.resize(size);
    if (size != 0 && bridge_is_heard_) ToBoard(out);
  }
  Bytes FromBridge(const Bytes& frame) { return SealBy(*bridge_, frame); }
  Bytes FromBoard(const Bytes& frame) { return SealBy(*board_, frame); }
  template <typename End>
  static Bytes SealBy(End& end, const Bytes& frame) {
    Bytes out(kMaxSealedBytes);
    out.resize(end.Seal(frame, out));
    return out;
  }
  /// Milliseconds until a frame went both ways; -1: not within a second.
  int MeetAfter() {
    for (int ms = 0; ms < 1000; ++ms, now_ += kMs) {
      HandshakeTurn();
      const Bytes ask = FromBridge(kFrame);
      if (ask.empty() || !bridge_is_heard_ || ToBoard(ask).frame.empty()) continue;
      const Bytes tell = FromBoard(kFrame);
      if (!tell.empty() && board_is_heard_ && !bridge_->Hear(tell, now_).frame.empty()) return ms;
    }
    return -1;
  }
  std::uint32_t Refused(SealError error) const {
    return board_->counters()[static_cast<std::size_t>(error)];
  }

  const Bytes kFrame{kFrameMcu, 1, 2, 3, 4, 5};
  ToyCipher cipher_;
  std::optional<BoardSeal> board_;
  std::optional<BridgeSeal> bridge_;
  std::uint8_t seeds_ = 0;
  bool board_is_heard_ = true, bridge_is_heard_ = true;
  std::vector<Bytes> said_;  // all that the board ever heard
  Nanoseconds now_ = 1'000 * kMs;
};

TEST_F(SealTest, FramesGoBothWaysAtOnceAndNobodyReadsThem) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  const Bytes sealed = FromBridge(kFrame);
  EXPECT_EQ(sealed.size(), kFrame.size() + kSealOverhead);
  EXPECT_EQ(std::search(sealed.begin(), sealed.end(), kFrame.begin(), kFrame.end()), sealed.end());
  const Unsealed heard = ToBoard(sealed);
  EXPECT_EQ(Bytes(heard.frame.begin(), heard.frame.end()), kFrame);
  EXPECT_EQ(FromBridge(Bytes(kMaxFrameBytes, 1)).size(), kMaxSealedBytes);
  EXPECT_TRUE(FromBridge(Bytes(kMaxFrameBytes + 1, 1)).empty());
}

TEST_F(SealTest, WithoutKeysFramesPassAsTheyAre) {
  BoardStarts({});
  BridgeStarts({});
  EXPECT_EQ(MeetAfter(), 0);
  EXPECT_EQ(FromBridge(kFrame), kFrame);
}

TEST_F(SealTest, WithAnotherKeyOrNameNothingOpensAndTheBridgeLearnsWhy) {
  for (const DeviceKey& other : {Device("mcu-1", 8), Device("mcu-2", 7)}) {
    BoardStarts(Device("mcu-1", 7));
    BridgeStarts(other);
    EXPECT_EQ(MeetAfter(), -1);
    EXPECT_GT(Refused(SealError::kForged), 5u);
    EXPECT_EQ(bridge_->refused(), SealError::kForged);
    EXPECT_EQ(bridge_->sessions(), 0u);
  }
}

TEST_F(SealTest, WhereOnlyOneHasAKeyNothingPasses) {
  BoardStarts(Device("mcu-1", 7));
  BridgeStarts({});
  EXPECT_EQ(MeetAfter(), -1);
  EXPECT_EQ(bridge_->refused(), SealError::kPlain);
  BoardStarts({});
  BridgeStarts(Device("mcu-1", 7));
  EXPECT_EQ(MeetAfter(), -1);
  EXPECT_EQ(bridge_->refused(), SealError::kNoKey);
  EXPECT_EQ(bridge_->Hear(kFrame, now_).error, SealError::kPlain);
}

TEST_F(SealTest, NothingOpensTwiceAndNothingOfBeforeOpensAgain) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  const Bytes first = FromBridge(kFrame), second = FromBridge(kFrame);
  EXPECT_FALSE(ToBoard(second).frame.empty());
  EXPECT_FALSE(ToBoard(first).frame.empty()) << "the network may exchange them";
  for (const Bytes& again : {first, second}) EXPECT_EQ(ToBoard(again).error, SealError::kReplayed);
  for (int i = 0; i < 64; ++i) EXPECT_FALSE(ToBoard(FromBridge(kFrame)).frame.empty());
  EXPECT_EQ(ToBoard(first).error, SealError::kReplayed);
  // All of it once more, to the board as it is, and to the one that it is after a reset.
  const std::vector<Bytes> record = said_;
  for (int life = 0; life < 2; ++life) {
    for (const Bytes& datagram : record) EXPECT_TRUE(ToBoard(datagram).frame.empty());
    EXPECT_EQ(ToBoard(FromBridge(kFrame)).frame.empty(), life == 1) << "the session is over";
    BoardStarts(Device("mcu-1", 7));
  }
}

TEST_F(SealTest, WhatGoesOneWayDoesNotOpenTheOtherWay) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  Bytes board, bridge;
  for (int i = 0; i < 5; ++i) {  // of numbers that the other has not seen yet
    board = FromBoard(kFrame);
    bridge = FromBridge(kFrame);
  }
  EXPECT_EQ(ToBoard(board).error, SealError::kForged);
  EXPECT_EQ(bridge_->Hear(bridge, now_).error, SealError::kForged);
}

TEST_F(SealTest, NoBitCanBeChanged) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  const Bytes sealed = FromBridge(kFrame);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
    const Unsealed heard = ToBoard(changed);
    EXPECT_NE(heard.error, SealError::kNone) << bit;
    EXPECT_TRUE(heard.frame.empty());
  }
  EXPECT_FALSE(ToBoard(sealed).frame.empty()) << "forgeries have moved the window";
  Bytes old = FromBridge(kFrame);
  old[1] = 0;
  EXPECT_EQ(ToBoard(old).error, SealError::kVersion);
  EXPECT_EQ(bridge_->refused(), SealError::kVersion);
}

TEST_F(SealTest, EitherEndMayStartOver) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  BoardStarts(Device("mcu-1", 7));
  EXPECT_LE(MeetAfter(), 310);
  BridgeStarts(Device("mcu-1", 7));
  EXPECT_LE(MeetAfter(), 1);
}

TEST_F(SealTest, AHandshakeMayBeLostAtEachStep) {
  for (int lost = 0; lost < 3; ++lost) {
    BothStart();
    const auto turn = [&](bool there, bool back) {
      bridge_is_heard_ = there;
      board_is_heard_ = back;
      HandshakeTurn();
      bridge_is_heard_ = board_is_heard_ = true;
    };
    if (lost == 0) turn(false, true);  // the offer
    if (lost == 1) turn(true, false);  // the answer
    if (lost == 2) {
      turn(true, true);
      turn(false, true);  // the confirmation
    }
    const int met = MeetAfter();
    EXPECT_GE(met, 0);
    EXPECT_LE(met, 110) << lost;
  }
}

TEST_F(SealTest, AStrangersHandshakesChangeNothing) {
  BothStart();
  ASSERT_EQ(MeetAfter(), 1);
  const std::vector<Bytes> handshake(said_.begin(), said_.begin() + 2);
  for (int i = 0; i < 100; ++i) {
    for (const Bytes& message : handshake) ToBoard(message);
    Bytes offer = handshake[0];
    offer[5] ^= 1;
    EXPECT_EQ(ToBoard(offer).error, SealError::kForged);
    ASSERT_FALSE(ToBoard(FromBridge(kFrame)).frame.empty());
  }
  // While a new bridge offers, too: the nonce that the board has ready stays.
  BridgeStarts(Device("mcu-1", 7));
  HandshakeTurn();
  for (const Bytes& message : handshake) ToBoard(message);
  EXPECT_LE(MeetAfter(), 1);
  EXPECT_GT(Refused(SealError::kReplayed), 0u);
}

}  // namespace
}  // namespace continuo::mcu
