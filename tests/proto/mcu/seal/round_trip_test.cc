// SPDX-License-Identifier: Apache-2.0
// How long a command takes there and back over a UART, in virtual time: the bytes of the line take as long as they do
// at 921,600 baud, and each end looks as often as the programs do.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "proto/mcu/frame.h"
#include "proto/mcu/seal/board_seal.h"
#include "proto/mcu/seal/bridge_seal.h"
#include "proto/mcu/serial_link.h"
#include "support/toy_cipher.h"

namespace continuo::mcu {
namespace {

constexpr Nanoseconds kUs = 1'000, kMs = 1'000'000;
constexpr Nanoseconds kByteTakes = 10'850;  // eight bits, start and stop
constexpr Nanoseconds kBridgeLooks = 100 * kUs;
constexpr Nanoseconds kBoardWakes = kMs;  // with its block interrupt, and with each byte
constexpr Nanoseconds kPingEvery = 50 * kMs;
constexpr int kCommands = 1000;

/// One way of the line.
class Way {
 public:
  /// A byte leaves, and one comes.
  void Turn(SerialLink& from, SerialLink& to, Nanoseconds now) {
    std::array<std::uint8_t, 1> byte;
    if (from.Speak(byte, now) == 0) return;
    ++bytes_;
    to.Hear(byte, now + kByteTakes);
  }
  int bytes() const { return bytes_; }

 private:
  int bytes_ = 0;
};

/// A bridge that gives commands, each when the one before was answered, and a board.
class RoundTripTest : public testing::Test {
 protected:
  static Bytes32 All(std::uint8_t value) {
    Bytes32 bytes;
    bytes.fill(value);
    return bytes;
  }
  static DeviceKey Device() {
    DeviceKey device;
    EXPECT_TRUE(device.name.Assign("mcu-1"));
    device.key = All(7);
    return device;
  }

  void BridgeSays(std::size_t size) {
    std::array<std::uint8_t, kMaxSealedBytes> sealed;
    bridge_.Send(std::span(sealed).first(bridge_seal_.Seal(std::span(frame_).first(size), sealed)));
  }
  void BoardTurn() {
    for (; !board_.Front().empty(); board_.Pop()) {
      std::array<std::uint8_t, kMaxHandshakeBytes> answer;
      const Unsealed heard = board_seal_.Hear(board_.Front(), answer);
      board_.Send(std::span(answer).first(heard.answer));
      Frame frame;
      if (ParseFrame(heard.frame, frame) != FrameError::kNone) continue;
      TrialWish wish;
      std::size_t size = 0;
      if (frame.type == FrameType::kPing) {
        Report report;
        report.bridge_ns = report.board_ns = now_;
        report.boots = 1;
        report.received = 123'456'789;
        EXPECT_TRUE(report.board.Assign("netduinoplus2"));
        size = EncodeReport(report, frame_);
      } else if (ParseTrialWish(frame.payload, wish)) {
        size = EncodeTrialTold({.ticket = wish.ticket, .kernel = {}}, frame_);
      }
      board_.SendRoom(board_seal_.Seal(std::span(frame_).first(size), board_.Room()));
    }
  }
  void BridgeTurn() {
    bool answered = asked_at_ == 0;
    for (; !bridge_.Front().empty(); bridge_.Pop()) {
      const Unsealed heard = bridge_seal_.Hear(bridge_.Front(), now_);
      Frame frame;
      TrialTold told;
      const bool is_answer = ParseFrame(heard.frame, frame) == FrameError::kNone &&
                             frame.type == FrameType::kTrialTold &&
                             ParseTrialTold(frame.payload, told) && told.ticket == ticket_;
      if (is_answer) took_.push_back(now_ - asked_at_);
      answered = answered || is_answer;
    }
    std::array<std::uint8_t, kMaxHandshakeBytes> said;
    bridge_.Send(std::span(said).first(bridge_seal_.Speak(now_, said)));
    if (bridge_seal_.sessions() == 0) return;
    if (pings_ && now_ >= ping_at_) {
      ping_at_ = now_ + kPingEvery;
      BridgeSays(EncodePing({.bridge_ns = now_, .board_ns = now_, .n = now_ / 20'833}, frame_));
    }
    if (!answered) return;
    asked_at_ = now_;
    BridgeSays(EncodeTrialWish({.ticket = ++ticket_, .kernel = 255, .samples = 1}, frame_));
  }
  /// Until so many commands were answered; false: not within a minute.
  bool Play(int commands) {
    const auto until = took_.size() + static_cast<std::size_t>(commands);
    for (const Nanoseconds from = now_; took_.size() < until; now_ += kByteTakes) {
      if (now_ > from + 60'000 * kMs) return false;
      const bool came = !board_.Front().empty();
      if (now_ >= bridge_turn_at_) {
        bridge_turn_at_ = now_ + kBridgeLooks;
        BridgeTurn();
      }
      if (came || now_ >= board_turn_at_) {
        board_turn_at_ = now_ + kBoardWakes;
        BoardTurn();
      }
      there_.Turn(bridge_, board_, now_);
      back_.Turn(board_, bridge_, now_);
    }
    return true;
  }
  Nanoseconds Took(int of_100) {
    std::sort(took_.begin(), took_.end());
    return took_[(took_.size() - 1) * static_cast<std::size_t>(of_100) / 100];
  }

  bool pings_ = false;
  std::vector<Nanoseconds> took_;
  Way there_, back_;
  SerialLink bridge_{{.life = 1}}, board_{{.life = 2}};

 private:
  ToyCipher cipher_;
  BridgeSeal bridge_seal_{cipher_, Device(), All(1)};
  BoardSeal board_seal_{cipher_, Device(), All(2)};
  std::array<std::uint8_t, kMaxFrameBytes> frame_{};
  Nanoseconds now_ = kMs, bridge_turn_at_ = 0, board_turn_at_ = 0, ping_at_ = 0, asked_at_ = 0;
  std::uint32_t ticket_ = 0;
};

TEST_F(RoundTripTest, ACommandIsOneUnitThereAndOneBack) {
  ASSERT_TRUE(Play(200));  // the session begins; the number of a command takes two bytes
  took_.clear();
  const int there = there_.bytes(), back = back_.bytes();
  ASSERT_TRUE(Play(kCommands));
  EXPECT_EQ(there_.bytes() - there, 68 * kCommands) << "nobody waits for an acknowledgement";
  EXPECT_EQ(back_.bytes() - back, 63 * kCommands);
  EXPECT_LT(Took(100), 1'600 * kUs) << "1.42 ms of them on the line";
}

TEST_F(RoundTripTest, TheBridgesQuestionsAreInItsWay) {
  pings_ = true;
  ASSERT_TRUE(Play(200));
  took_.clear();
  ASSERT_TRUE(Play(kCommands));
  EXPECT_LT(Took(99), 2'500 * kUs);
  EXPECT_LT(Took(100), 4 * kMs);
}

}  // namespace
}  // namespace continuo::mcu
