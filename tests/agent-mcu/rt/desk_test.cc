// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/rt/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent-mcu/core/inputs.h"
#include "proto/mcu/slices.h"

namespace continuo::mcu {
namespace {

using testing::HasSubstr;

constexpr int kQuantum = 96;
constexpr Nanoseconds kBlockNs = 2'000'000;

/// An equaliser that nobody else plays: hears stream `heard`, sends `sent`.
Slice Strip(Incarnation self, std::uint32_t heard, std::uint32_t sent) {
  Slice slice = SomeSlice();
  slice.task.id = self;
  slice.task.kind = "eq";
  slice.task.params.clear();
  slice.task.params.push_back({.index = 2, .value = 6.0f});
  slice.self = self;
  slice.members.clear();
  slice.members.push_back({.incarnation = self, .node = slice.node});
  slice.received[1].stream.ssrc = heard;
  slice.received[1].producers[0].incarnation = heard == 2 ? 1 : 12;
  slice.sent[0].ssrc = sent;
  return slice;
}

/// A board without hardware: the idle loop's and the interrupt's side, and a clock that blocks move.
class Board {
 public:
  explicit Board(std::size_t memory = 8 << 20) : memory_(memory / sizeof(Line)) {
    the_board = this;
    conductor_.Start(Strip(12, 2, 3).session, 1);
  }
  ~Board() { the_board = nullptr; }

  std::string Begin(const Slice& slice) {
    const std::size_t size = EncodeSlice(slice, std::span(frame_).subspan(4, 1392));
    Prepared prepared;
    EXPECT_TRUE(ParsePrepared(Answer(CloseFrame(FrameType::kSlice, size, frame_)), prepared));
    EXPECT_EQ(prepared.part, slice.self);
    return std::string(prepared.error.view());
  }
  void Stop(Incarnation part) { EXPECT_TRUE(Answer(EncodeStop(part, frame_)).empty()); }
  Report Ask() {
    Report report;
    EXPECT_TRUE(ParseReport(Answer(EncodePing({.bridge_ns = 1}, frame_)), report));
    return report;
  }
  StatePiece Wish(std::uint32_t ticket, Incarnation replica) {
    StatePiece piece;
    EXPECT_TRUE(ParseStatePiece(
        Answer(EncodeStateWish({.ticket = ticket, .replica = replica}, frame_)), piece));
    return piece;
  }
  /// How a part hears an input, once a block has been.
  bool Hear(Incarnation part, std::uint8_t input, HearingTold& told) {
    EXPECT_TRUE(Answer(EncodeHearingWish({.part = part, .input = input}, frame_)).empty());
    Run();
    return block_->TakeHearing(told);
  }
  /// From the next block on it is the time of packet k.
  void SetTime(PacketIndex k) {
    Answer(EncodePing({.bridge_ns = 1, .board_ns = now_ + kBlockNs, .n = k * kQuantum}, frame_));
  }
  /// The block in which packet k of conductor and noise comes.
  void Play(PacketIndex k) {
    session::ControlQuantum control;
    conductor_.Run(k * kQuantum, kQuantum, {}, control);
    Deliver(ControlPacketOf(k, kQuantum, control));
    Deliver(NoisePacketOf(k, kQuantum));
    Run();
  }
  void Deliver(const Bytes& datagram) { EXPECT_TRUE(block_->Deliver(datagram, now_)); }
  void Run() {
    now_ += kBlockNs;
    block_->Run(now_, [] { return the_board->now_; });
  }
  /// What was sent since of that stream.
  std::vector<Bytes> TakePackets(std::uint32_t ssrc) {
    while (const Datagram* const datagram = block_->Outgoing()) {
      sent_.emplace_back(datagram->data().begin(), datagram->data().end());
      block_->DropOutgoing();
    }
    std::vector<Bytes> packets;
    for (const Bytes& one : sent_) {
      wire::RtpPacket packet;
      const bool is = wire::ParseRtp(one, packet) == wire::RtpError::kNone && packet.ssrc == ssrc;
      if (is) packets.push_back(one);
    }
    return packets;
  }
  const Desk& desk() const { return *desk_; }
  bool leads = true;  // the bridge that asks

 private:
  struct alignas(16) Line {
    std::uint8_t bytes[16] = {};
  };
  inline static Board* the_board = nullptr;

  std::span<const std::uint8_t> Answer(std::size_t size) {
    Frame frame;
    EXPECT_EQ(ParseFrame(std::span(frame_).first(size), frame), FrameError::kNone);
    const std::size_t bytes = desk_->Take(frame, now_, {.board = "none", .leads = leads}, answer_);
    if (bytes == 0) return {};
    EXPECT_EQ(ParseFrame(std::span(answer_).first(bytes), frame), FrameError::kNone);
    return frame.payload;
  }

  Nanoseconds now_ = 1;
  std::vector<Line> memory_;
  std::unique_ptr<Block> block_ = std::make_unique<Block>();
  std::unique_ptr<Desk> desk_ = std::make_unique<Desk>(
      *block_, std::span(memory_.data()->bytes, memory_.size() * sizeof(Line)),
      [] { the_board->Run(); });
  std::array<std::uint8_t, kMaxFrameBytes> frame_{}, answer_{};
  session::Conductor conductor_;
  std::vector<Bytes> sent_;
};

TEST(DeskTest, EightTasksHaveSeatsAndANinthIsRefused) {
  Board board(32 << 20);
  for (Incarnation part = 1; part <= kMaxParts; ++part) {
    EXPECT_EQ(board.Begin(Strip(part, 2, 100 + part)), "");
  }
  EXPECT_THAT(board.Begin(Strip(9, 2, 109)), HasSubstr("seats: this board has 8"));
  EXPECT_EQ(board.Begin(Strip(3, 2, 103)), "") << "it plays already";
  board.Run();
  EXPECT_EQ(board.Ask().parts.size(), std::size_t{kMaxParts});
  EXPECT_EQ(board.desk().block_rate(), 500u);
  board.Stop(4);
  board.Run();
  EXPECT_EQ(board.Ask().parts.size(), std::size_t{kMaxParts} - 1);
  EXPECT_EQ(board.Begin(Strip(9, 2, 109)), "");
}

TEST(DeskTest, ASliceUnderWayToThePartThatIsStoppedIsInTheWayOfNobody) {
  Board board;
  Slice slice = Strip(1, 2, 3);
  EXPECT_EQ(board.Begin(slice), "");
  board.Run();
  ++slice.version;
  EXPECT_EQ(board.Begin(slice), "");
  board.Stop(1);  // in the same block
  EXPECT_EQ(board.Begin(Strip(2, 2, 3)), "");
  board.Run();
  EXPECT_EQ(board.Ask().parts.size(), 1u);
}

TEST(DeskTest, ABridgeThatStandsByMayAskAndNothingElse) {
  Board board;
  EXPECT_EQ(board.Begin(Strip(1, 2, 3)), "");
  board.Run();
  board.leads = false;
  board.Stop(1);
  board.Run();
  const Report report = board.Ask();
  EXPECT_FALSE(report.leads);
  EXPECT_EQ(report.parts.size(), 1u);
  board.leads = true;
  board.Stop(1);
}

TEST(DeskTest, WhatDoesNotFitTheMemoryIsRefusedWithNumbers) {
  Board board(10 << 20);
  Incarnation part = 1;
  std::string refusal;
  for (; refusal.empty() && part <= kMaxParts; ++part) {
    refusal = board.Begin(Strip(part, 2, 100 + part));
  }
  EXPECT_THAT(refusal, HasSubstr("RAM: it needs"));
  EXPECT_THAT(refusal, HasSubstr("kB left in one piece"));
  board.Stop(1);
  EXPECT_EQ(board.Begin(Strip(20, 2, 120)), "") << "there is room again";
}

TEST(DeskTest, ASmallBoardRefusesWhetherPacketsDoNotFitOrEvenThePartItself) {
  Board nucleo(213 << 10), smaller(64 << 10);
  const std::string packets = nucleo.Begin(Strip(1, 2, 100)),
                    part = smaller.Begin(Strip(1, 2, 100));
  EXPECT_THAT(packets, HasSubstr("RAM: it needs 3"));
  EXPECT_THAT(packets, HasSubstr("the board has 218 kB left in one piece"));
  EXPECT_THAT(part, HasSubstr("RAM: it needs 1"));
  EXPECT_THAT(part, HasSubstr("the board has 65 kB left in one piece"));
}

TEST(DeskTest, AllPartsHaveOneQuantum) {
  Board board;
  EXPECT_EQ(board.Begin(Strip(12, 2, 3)), "");
  Slice other = Strip(13, 2, 4);
  other.quantum = 48;
  EXPECT_THAT(board.Begin(other), HasSubstr("quantum"));
  board.Stop(12);
  EXPECT_EQ(board.Begin(other), "");
}

TEST(DeskTest, WhatOnePartSendsAnotherHearsOnTheBoard) {
  constexpr int kPackets = 20;
  const PacketIndex first = Strip(12, 2, 3).first;
  std::vector<Bytes> between, apart, together;
  {
    Board board;
    EXPECT_EQ(board.Begin(Strip(12, 2, 3)), "");
    EXPECT_EQ(board.Begin(Strip(13, 3, 4)), "");
    board.SetTime(first + 1);
    for (int i = 0; i < kPackets; ++i) board.Play(first + i);
    between = board.TakePackets(3);
    together = board.TakePackets(4);
  }
  ASSERT_EQ(between.size(), static_cast<std::size_t>(kPackets));
  {
    Board board;
    EXPECT_EQ(board.Begin(Strip(13, 3, 4)), "");
    board.SetTime(first + 1);
    for (int i = 0; i < kPackets; ++i) {
      board.Deliver(between[static_cast<std::size_t>(i)]);
      board.Play(first + i);
    }
    apart = board.TakePackets(4);
  }
  ASSERT_EQ(apart.size(), static_cast<std::size_t>(kPackets));
  EXPECT_EQ(together, apart);
}

TEST(DeskTest, APartIsAskedHowItHears) {
  Board board;
  const PacketIndex first = Strip(12, 2, 3).first;
  EXPECT_EQ(board.Begin(Strip(12, 2, 3)), "");
  EXPECT_EQ(board.Begin(Strip(13, 3, 4)), "");
  board.SetTime(first + 1);
  for (PacketIndex k = first; k < first + 5; ++k) board.Play(k);
  HearingTold told;
  ASSERT_TRUE(board.Hear(13, 1, told));
  EXPECT_EQ(told.part, 13u);
  EXPECT_EQ(told.heard.received, 5u);
  EXPECT_EQ(told.heard.came.Mean(), 0) << "in the block that computed it";
  EXPECT_FALSE(board.Hear(99, 1, told)) << "nobody of that name plays";
  EXPECT_FALSE(board.Hear(13, told.inputs, told)) << "there is no such input";
}

TEST(DeskTest, AStateIsOfThePartThatWasAskedFor) {
  Board board;
  const PacketIndex first = Strip(12, 2, 3).first;
  EXPECT_EQ(board.Begin(Strip(12, 2, 3)), "");
  EXPECT_EQ(board.Begin(Strip(13, 3, 4)), "");
  board.SetTime(first + 1);
  for (PacketIndex k = first; k < first + 5; ++k) board.Play(k);
  EXPECT_EQ(board.Wish(7, 99).outcome, StateOutcome::kNotHere);
  EXPECT_EQ(board.Wish(8, 13).outcome, StateOutcome::kPending);
  board.Run();
  const StatePiece piece = board.Wish(8, 13);
  EXPECT_EQ(piece.outcome, StateOutcome::kDone);
  EXPECT_EQ(piece.replica, 13u);
  EXPECT_EQ(piece.head.next, first + 5);
  EXPECT_FALSE(piece.bytes.empty());
}

TEST(DeskTest, AStateOnItsWayEndsWhenItsMemoryIsNeeded) {
  Board board;
  const PacketIndex first = Strip(12, 2, 3).first;
  EXPECT_EQ(board.Begin(Strip(12, 2, 3)), "");
  board.SetTime(first + 1);
  for (PacketIndex k = first; k < first + 5; ++k) board.Play(k);
  board.Wish(8, 12);
  board.Run();
  ASSERT_EQ(board.Wish(8, 12).outcome, StateOutcome::kDone);
  EXPECT_EQ(board.Begin(Strip(13, 3, 4)), "");
  EXPECT_EQ(board.Wish(8, 12).outcome, StateOutcome::kNotHere);
  board.Wish(9, 12);
  board.Run();
  EXPECT_EQ(board.Wish(9, 12).outcome, StateOutcome::kDone);
}

}  // namespace
}  // namespace continuo::mcu
