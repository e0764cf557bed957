// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/part.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "dsp/base/random.h"
#include "proto/mcu/slices.h"
#include "proto/session/conductor.h"
#include "proto/stream/identity.h"
#include "proto/wire/payload.h"

namespace continuo::mcu {
namespace {

constexpr int kChannels = 2;
using Bytes = std::vector<std::uint8_t>;

/// A board that plays an equaliser alone, and all that it hears and says. Virtual time.
class World : private Exit {
 public:
  World() {
    slice_.task.kind = "eq";
    slice_.task.params.clear();
    slice_.members.clear();
    slice_.members.push_back({.incarnation = slice_.self, .node = slice_.node});
    Arena measure;
    EXPECT_EQ(part_->Prepare(slice_, measure), nullptr);
    memory_.resize(measure.needed() / 16 + 1);
    Arena arena(memory_.data(), memory_.size() * sizeof(Line));
    EXPECT_EQ(part_->Prepare(slice_, arena), nullptr);
    conductor_.Start(slice_.session, 1);
    Arena oracle_measure;
    oracle_.Prepare(slice_.task, {}, oracle_measure);
    oracle_memory_.resize(oracle_measure.needed() / 16 + 1);
    Arena oracle_arena(oracle_memory_.data(), oracle_memory_.size() * sizeof(Line));
    EXPECT_EQ(oracle_.Prepare(slice_.task, {}, oracle_arena), nullptr);
  }

  /// The block in which packet k of the inputs comes; `heard`: its sound comes as well.
  void Play(PacketIndex k, bool heard = true) {
    now_ = (k + 1) * slice_.quantum;
    part_->Wake(now_);
    session::ControlQuantum control;
    conductor_.Run(k * slice_.quantum, slice_.quantum, {}, control);
    Bytes payload(wire::kMaxPayloadBytes);
    payload.resize(session::EncodeControl(control, payload));
    Hear(k, 1, wire::kPayloadTypeControl, payload);
    if (heard) HearSound(k);
    Render(k, control);
    Turn();
  }
  void HearSound(PacketIndex k) { Hear(k, 2, wire::kPayloadTypeFloat, SoundOf(k)); }
  /// Time passes, and nothing comes.
  void Wait(Frames frames) {
    for (const MediaTime until = now_ + frames; now_ < until;) {
      now_ += slice_.quantum;
      part_->Wake(now_);
      Turn();
    }
  }
  bool Take(const Bytes& datagram) { return part_->Take(datagram, now_, *this); }
  void Turn() {
    part_->Exchange(*this);
    while (part_->Compute(now_, *this)) {
    }
    part_->Finish(now_, *this);
  }

  /// What was sent since: packets of its stream.
  std::vector<wire::RtpPacket> TakePackets() {
    kept_ = std::move(sent_);
    sent_.clear();
    std::vector<wire::RtpPacket> packets;
    for (const Bytes& datagram : kept_) {
      wire::RtpPacket packet;
      if (wire::ParseRtp(datagram, packet) == wire::RtpError::kNone) packets.push_back(packet);
    }
    return packets;
  }
  std::vector<wire::Nack> Nacks() const {
    std::vector<wire::Nack> nacks;
    for (const Bytes& datagram : sent_) {
      wire::Nack nack;
      if (wire::ParseNack(datagram, nack)) nacks.push_back(nack);
    }
    return nacks;
  }
  const Bytes& rendered(std::size_t i) const { return rendered_[i]; }
  Part& part() { return *part_; }
  const Slice& slice() const { return slice_; }

 private:
  struct alignas(16) Line {
    std::uint8_t bytes[16] = {};
  };

  void Send(const Place& to, std::span<const std::uint8_t> datagram) override {
    EXPECT_NE(to.port, 0);
    sent_.emplace_back(datagram.begin(), datagram.end());
  }

  void Hear(PacketIndex k, std::uint32_t ssrc, std::uint8_t type, const Bytes& payload) {
    wire::RtpPacket packet;
    packet.payload_type = type;
    packet.ssrc = ssrc;
    packet.epoch = packet.generation = packet.incarnation = 1;
    packet.sequence = stream::SequenceOf(k);
    packet.timestamp = stream::TimestampOf(k, slice_.quantum);
    packet.payload = payload;
    Bytes datagram(wire::kMaxDatagramBytes);
    datagram.resize(wire::EncodeRtp(packet, datagram));
    EXPECT_TRUE(Take(datagram));
  }

  Bytes SoundOf(PacketIndex k) const {
    std::vector<float> samples[kChannels];
    const float* planar[kChannels];
    for (int c = 0; c < kChannels; ++c) {
      for (int i = 0; i < slice_.quantum; ++i) {
        samples[c].push_back(
            RandomBipolar(5, static_cast<std::uint32_t>(c), k * slice_.quantum + i));
      }
      planar[c] = samples[c].data();
    }
    Bytes bytes(wire::kMaxPayloadBytes);
    bytes.resize(wire::EncodeFloat(planar, kChannels, slice_.quantum, bytes));
    return bytes;
  }

  void Render(PacketIndex k, const session::ControlQuantum& control) {
    std::vector<float> in(kChannels * kMaxQuantum), out(kChannels * kMaxQuantum);
    float* ins[] = {in.data(), in.data() + kMaxQuantum};
    float* outs[] = {out.data(), out.data() + kMaxQuantum};
    EXPECT_TRUE(wire::DecodeFloat(SoundOf(k), kChannels, slice_.quantum, ins));
    oracle_.Process(control, {}, ins, outs);
    Bytes bytes(wire::kMaxPayloadBytes);
    bytes.resize(wire::EncodeFloat(outs, kChannels, slice_.quantum, bytes));
    rendered_.push_back(bytes);
  }

  Slice slice_ = SomeSlice();
  std::unique_ptr<Part> part_ = std::make_unique<Part>();
  std::vector<Line> memory_, oracle_memory_;
  session::Conductor conductor_;
  dsp::TaskProcessor oracle_;
  MediaTime now_ = 0;
  std::vector<Bytes> sent_, kept_, rendered_;
};

Bytes BytesOf(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(PartTest, EachPacketIsWhatTheOracleRenders) {
  World world;
  const PacketIndex first = world.slice().first;
  for (PacketIndex k = first; k < first + 50; ++k) world.Play(k);
  const auto packets = world.TakePackets();
  ASSERT_EQ(packets.size(), 50u);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const PacketIndex k = first + static_cast<PacketIndex>(i);
    EXPECT_EQ(packets[i].timestamp, stream::TimestampOf(k, world.slice().quantum));
    EXPECT_EQ(packets[i].flags, 0);
    EXPECT_EQ(BytesOf(packets[i].payload), world.rendered(i)) << "packet " << i;
  }
}

TEST(PartTest, AMissingInputIsAskedForAndWaitedFor) {
  World world;
  const PacketIndex first = world.slice().first;
  world.Play(first);
  world.Play(first + 1, false);
  for (PacketIndex k = first + 2; k < first + 12; ++k) world.Play(k);
  ASSERT_FALSE(world.Nacks().empty());
  EXPECT_EQ(world.Nacks().front().ssrc, 2u);
  EXPECT_EQ(world.Nacks().front().first, first + 1);
  EXPECT_EQ(world.TakePackets().size(), 1u);
  world.HearSound(first + 1);
  world.Turn();
  const auto packets = world.TakePackets();
  ASSERT_EQ(packets.size(), 11u);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(BytesOf(packets[i].payload), world.rendered(i + 1)) << "packet " << i + 1;
    EXPECT_EQ(packets[i].flags, 0);
  }
}

TEST(PartTest, WhatStaysMissingIsConcealedAndFlaggedFromThenOn) {
  World world;
  const PacketIndex first = world.slice().first;
  world.Play(first);
  world.Play(first + 1, false);
  world.Play(first + 2);
  world.Wait(world.slice().hold);
  const auto packets = world.TakePackets();
  ASSERT_GE(packets.size(), 3u);
  EXPECT_EQ(packets[0].flags, 0);
  EXPECT_EQ(packets[1].flags, wire::kFlagTainted | wire::kFlagConcealed);
  EXPECT_EQ(packets[2].flags, wire::kFlagTainted);
  EXPECT_EQ(world.part().concealed(), 1u);
}

TEST(PartTest, ARepairIsTheSamePacketAgain) {
  World world;
  const PacketIndex first = world.slice().first;
  for (PacketIndex k = first; k < first + 5; ++k) world.Play(k);
  const Bytes before = BytesOf(world.TakePackets()[3].payload);
  Bytes nack(wire::kNackBytes);
  wire::EncodeNack({.from_node = 2, .ssrc = 3, .first = first + 3, .mask = 1}, nack);
  EXPECT_TRUE(world.Take(nack));
  const auto again = world.TakePackets();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].flags, wire::kFlagRepair);
  EXPECT_EQ(BytesOf(again[0].payload), before);
  wire::EncodeNack({.from_node = 9, .ssrc = 3, .first = first + 3, .mask = 1}, nack);
  EXPECT_FALSE(world.Take(nack)) << "from a stranger";
}

TEST(PartTest, OnlyASliceOfTheSameReplicaSucceedsIt) {
  World world;
  Slice next = world.slice();
  ++next.version;
  next.members.push_back({.incarnation = 13, .node = 2, .founder = false});
  EXPECT_TRUE(world.part().MayAdopt(next));
  next.self = 13;
  EXPECT_FALSE(world.part().MayAdopt(next));
  next = world.slice();
  next.received[1].stream.ssrc = 99;
  EXPECT_FALSE(world.part().MayAdopt(next));
}

TEST(PartTest, AJoinerAndAWitnessAreRefused) {
  Arena measure;
  const auto part = std::make_unique<Part>();
  Slice slice = SomeSlice();
  slice.members[1].founder = false;
  EXPECT_STREQ(part->Prepare(slice, measure), "a board cannot join later");
  slice = SomeSlice();
  slice.members[1].witness = true;
  EXPECT_STREQ(part->Prepare(slice, measure), "a board cannot be a witness");
}

}  // namespace
}  // namespace continuo::mcu
