// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/time/board_time.h"

#include <gtest/gtest.h>

#include "agent-mcu/time/simulated_master.h"

namespace continuo::mcu {
namespace {

constexpr Mac kMac{0x02, 0x43, 0x6f, 0x6e, 0x00, 0x01};
constexpr Nanoseconds kPtp = 1'790'000'000 * clock::kSecond, kPath = 30 * kUs;

/// A master beside a board whose clock is right, but for when it began.
class BoardTimeTest : public testing::Test {
 protected:
  void Tell(ClockTold told) {
    std::array<std::uint8_t, kMaxFrameBytes> bytes{};
    const std::size_t size = EncodeClockTold(told, bytes);
    Frame frame;
    ASSERT_EQ(ParseFrame(std::span(bytes).first(size), frame), FrameError::kNone);
    EXPECT_TRUE(time_.Hear(frame));
  }
  void Run(Nanoseconds span) {
    for (const Nanoseconds until = now_ + span; now_ < until; now_ += kMs) {
      if (speaks_ && now_ % (250 * kMs) == 0) Send(wire::PtpType::kAnnounce, ++announced_);
      if (speaks_ && now_ % (60 * kMs) == 0) Send(wire::PtpType::kSync, ++synced_);
      std::array<std::uint8_t, kMaxPtpFrame> frame{};
      const std::size_t size = time_.Speak(now_, frame);
      if (size == 0) continue;
      wire::PtpMessage request;
      const auto heard = PtpIn(std::span(frame).first(size));
      if (wire::ParsePtpMessage(heard, request) != wire::PtpError::kNone) {
        ++joins_;
        continue;
      }
      EXPECT_EQ(request.source, (wire::PtpSource{0x02436ffffe6e0001, 1}));
      time_.Left(now_);
      if (speaks_) Send(wire::PtpType::kDelayResp, request.sequence, request.source);
    }
  }

  BoardTime time_{kMac, 0x0a00020f};
  Nanoseconds now_ = 0;
  bool speaks_ = true;
  int joins_ = 0;

 private:
  void Send(wire::PtpType type, std::uint16_t sequence, wire::PtpSource requester = {}) {
    wire::PtpMessage message{.type = type, .source = {kMasterA, 1}, .sequence = sequence};
    message.interval = type == wire::PtpType::kAnnounce ? -2 : -4;
    message.time = kPtp + now_ + (type == wire::PtpType::kDelayResp ? kPath : 0);
    message.requester = requester;
    message.announce = {128, 248, 0xfe, 0xffff, 128, kMasterA, 0};
    std::array<std::uint8_t, wire::kPtpMessageBytes> bytes{};
    const std::size_t size = wire::EncodePtpMessage(message, bytes);
    std::array<std::uint8_t, kMaxPtpFrame> frame{};
    const std::size_t framed = MakePtpFrame(kMac, 1, std::span(bytes).first(size), frame);
    EXPECT_TRUE(time_.Take(std::span(frame).first(framed), now_ + kPath));
  }
  std::uint16_t announced_ = 0, synced_ = 0;
};

ClockTold Told(std::uint32_t number, std::uint32_t media) {
  ClockTold told{.number = number, .media = media, .t0 = kPtp, .n0 = 480};
  told.map.Add(clock::FirstEntry(kMasterA));
  return told;
}

TEST_F(BoardTimeTest, MediaTimeIsByPtpOnceItIsLockedAndTold) {
  Run(3 * clock::kSecond);
  EXPECT_EQ(time_.Report(now_).told, 0u);
  EXPECT_FALSE(time_.Report(now_).leads);
  EXPECT_EQ(time_.Report(now_).grandmaster, kMasterA);
  Run(5 * clock::kSecond);
  EXPECT_EQ(time_.Report(now_).state, clock::LockState::kLocked);
  EXPECT_FALSE(time_.Report(now_).leads);  // nobody says what that time means
  Tell(Told(5, 0));
  Run(100 * kMs);
  EXPECT_EQ(time_.Report(now_).told, 5u);
  EXPECT_EQ(time_.Report(now_).state, clock::LockState::kLocked);
  EXPECT_TRUE(time_.Report(now_).leads);
  EXPECT_FALSE(time_.News(now_));  // no plan is played
  Tell(Told(6, 1));
  const auto news = time_.News(now_);
  ASSERT_TRUE(news);
  EXPECT_FALSE(time_.News(now_));  // a while ago
  EXPECT_TRUE(time_.Report(now_).leads);
  // At stage time kPtp + now sample 480 + 48 * ms begins.
  EXPECT_EQ(news->n, 480 + now_ / kMs * 48);
  EXPECT_NEAR(news->at, now_, kUs);
  EXPECT_NEAR(time_.Report(now_).path_delay, kPath, kUs);
  EXPECT_EQ(joins_, 1);
}

TEST_F(BoardTimeTest, WhatItGuessedIsVoidWhereTheStageCountsOtherwise) {
  Run(8 * clock::kSecond);
  ClockTold told{.number = 1, .media = 1, .t0 = kPtp, .n0 = 480};
  told.map.Add(clock::FirstEntry(kMasterB));
  told.map.Add(clock::NextEntry(1, kMasterA, 300 * kMs, 0));
  Tell(told);
  EXPECT_FALSE(time_.Report(now_).leads);
  Run(8 * clock::kSecond);
  ASSERT_TRUE(time_.Report(now_).leads);
  const ClockReport report = time_.Report(now_);
  EXPECT_NEAR(report.line.At(now_) - kPtp, now_ + 300 * kMs, kUs);
  EXPECT_EQ(report.map_version, 2u);
}

TEST_F(BoardTimeTest, InHoldoverItLeadsAsLongAsItMayBeRight) {
  Tell(Told(1, 1));
  Run(10 * clock::kSecond);
  ASSERT_TRUE(time_.Report(now_).leads);
  speaks_ = false;
  Run(3 * clock::kSecond);
  EXPECT_EQ(time_.Report(now_).state, clock::LockState::kHoldover);
  EXPECT_GT(time_.Report(now_).held, clock::kSecond);
  EXPECT_TRUE(time_.Report(now_).leads);
  now_ += 1000 * clock::kSecond;
  EXPECT_GT(time_.Report(now_).error, BoardTime::kAsGoodAsToldNs);
  EXPECT_FALSE(time_.Report(now_).leads);
}

TEST_F(BoardTimeTest, WhatIsNoPtpIsLeftToOthers) {
  const std::array<std::uint8_t, 60> frame{};
  EXPECT_FALSE(time_.Take(frame, 0));
  EXPECT_FALSE(time_.Hear({.type = FrameType::kPing, .payload = {}}));
  EXPECT_TRUE(time_.Hear({.type = FrameType::kClockTold, .payload = {}}));
  EXPECT_EQ(time_.Report(0).told, 0u);
}

}  // namespace
}  // namespace continuo::mcu
