// SPDX-License-Identifier: Apache-2.0
#include "agent/rt/received_stream.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>

#include "proto/session/conductor.h"
#include "proto/stream/identity.h"

namespace continuo::agent::rt {
namespace {

constexpr int kQuantum = 48;
constexpr PacketIndex kFirst = 1000;

/// The conductor's stream as one node receives it from two replicas.
class ControlStreamTest : public ::testing::Test {
 protected:
  ControlStreamTest() {
    program_.plan.quantum = kQuantum;
    program_.first = kFirst;
    program_.end = kFirst + 100;
    spec_.stream.id = {dsp::kConductorId, 1, 0, 0};
    spec_.stream.ssrc = stream::SsrcOf(spec_.stream.id);
    spec_.stream.control = true;
    spec_.stream.payload_bytes = wire::kMaxPayloadBytes;
    spec_.producers = {{1, 1}, {2, 2}};
    spec_.first = kFirst;
    spec_.end = program_.end;
    stream_ = ReceivedStream::Make(spec_, program_);
  }
  stream::Offer Take(PacketIndex k, Incarnation from, const session::ControlQuantum& control,
                     int damaged_byte = -1) {
    const std::size_t bytes = session::EncodeControl(control, payload_);
    if (damaged_byte >= 0) payload_[static_cast<std::size_t>(damaged_byte)] ^= 0xff;
    wire::RtpPacket packet;
    packet.payload_type = wire::kPayloadTypeControl;
    packet.sequence = stream::SequenceOf(k);
    packet.timestamp = stream::TimestampOf(k, kQuantum);
    packet.ssrc = spec_.stream.ssrc;
    packet.generation = 1;
    packet.incarnation = static_cast<std::uint16_t>(from);
    packet.payload = std::span(payload_).first(bytes);
    packet.flags = flags_;
    return stream_->Take(packet, 0, now_);
  }
  /// Of the only leg, `seconds` later.
  handoff::LegDelay Delay(int seconds = 0) {
    handoff::StreamCounters counters;
    for (int i = 0; i <= 4 * seconds; ++i) stream_->Publish(counters);
    return counters.legs[0].delay;
  }
  static session::ControlQuantum Control(PacketIndex k) {
    session::ControlQuantum control;
    control.n = k * kQuantum;
    control.frames = kQuantum;
    control.segments.push_back({});
    return control;
  }

  Program program_;
  ReceivedSpec spec_;
  std::unique_ptr<ReceivedStream> stream_;
  MediaTime now_ = kFirst * kQuantum;
  std::uint8_t flags_ = 0;
  std::array<std::uint8_t, wire::kMaxPayloadBytes> payload_{};
};

TEST_F(ControlStreamTest, HowLateCopiesAreIsCountedFromTheEndOfTheirPacket) {
  now_ = (kFirst + 1) * kQuantum - 10;  // before it is over
  ASSERT_EQ(Take(kFirst, 1, Control(kFirst)), stream::Offer::kStored);
  EXPECT_EQ(Delay().worst, -10);
  now_ = (kFirst + 2) * kQuantum + 500;
  ASSERT_EQ(Take(kFirst + 1, 1, Control(kFirst + 1)), stream::Offer::kStored);
  handoff::LegDelay delay = Delay();
  EXPECT_EQ(delay.worst, 500);
  EXPECT_EQ(delay.worst_now, 500);
  EXPECT_EQ(delay.count, 2);
  EXPECT_EQ(delay.sum, 490);

  delay = Delay(3);
  EXPECT_EQ(delay.worst_now, handoff::LegDelay::kNone) << "nothing has come in the last seconds";
  EXPECT_EQ(delay.worst, 500);
  delay = Delay(61);
  EXPECT_EQ(delay.count, 0) << "of the last minute";
}

TEST_F(ControlStreamTest, RepairsJoinersAndFlaggedCopiesDoNotSayHowLongTheWayIs) {
  ASSERT_EQ(Take(kFirst, 1, Control(kFirst)), stream::Offer::kStored);
  now_ += 10'000;
  PacketIndex k = kFirst;
  for (const std::uint8_t flag : {wire::kFlagRepair, wire::kFlagTainted, wire::kFlagJoiner}) {
    flags_ = flag;
    ++k;
    Take(k, 1, Control(k));
  }
  EXPECT_EQ(Delay().count, 1);
}

TEST_F(ControlStreamTest, WhoBeginsLaterDoesNotLetGoOfWhatIsStillToCome) {  // [Release: later]
  ASSERT_EQ(Take(kFirst, 1, Control(kFirst)), stream::Offer::kStored);
  stream_->StillNeeds(kFirst + 50);  // a task that a changed show brings
  stream_->Release(kFirst);
  EXPECT_EQ(stream_->first_kept(), kFirst);
  EXPECT_EQ(Take(kFirst + 1, 1, Control(kFirst + 1)), stream::Offer::kStored)
      << "a newcomer needs it before that";
}

TEST_F(ControlStreamTest, DamagedControlDoesNotKeepOutTheWholeCopy) {
  EXPECT_EQ(Take(kFirst, 1, Control(kFirst), 0), stream::Offer::kRefused);
  EXPECT_EQ(Take(kFirst, 2, Control(kFirst)), stream::Offer::kStored);
}

TEST_F(ControlStreamTest, ControlOfAnotherQuantumIsRefused) {
  EXPECT_EQ(Take(kFirst, 1, Control(kFirst + 1)), stream::Offer::kRefused);
  EXPECT_EQ(Take(kFirst + 1, 1, Control(kFirst + 1)), stream::Offer::kStored);
}

TEST_F(ControlStreamTest, AStrangersPacketIsRefused) {
  EXPECT_EQ(Take(kFirst, 3, Control(kFirst)), stream::Offer::kRefused);
}

}  // namespace
}  // namespace continuo::agent::rt
