// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "agent-mcu/core/part_world.h"

namespace continuo::mcu {
namespace {

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

TEST(PartTest, ItTellsHowItHearsAndWhatItSends) {
  World world;
  const PacketIndex first = world.slice().first;
  world.Play(first);
  world.Play(first + 1, false);
  world.Play(first + 2);
  world.Wait(world.slice().hold);
  HearingTold told;
  ASSERT_TRUE(world.part().Tell(1, told));
  EXPECT_EQ(told.part, world.slice().self);
  EXPECT_EQ(told.inputs, world.slice().received.size());
  EXPECT_EQ(told.heard.received, 2u);
  EXPECT_EQ(told.heard.margin_min, world.slice().hold) << "each came as soon as it was over";
  EXPECT_EQ(told.heard.lost, 1u);
  const auto nacks = world.Nacks();
  EXPECT_EQ(told.heard.nacks, std::ranges::count(nacks, 2u, &wire::Nack::ssrc));
  ASSERT_EQ(told.heard.dropouts.size(), 1u);
  EXPECT_EQ(told.heard.dropouts[0], (Dropout{.first = first + 1, .packets = 1}));
  const auto packets = world.TakePackets();
  EXPECT_EQ(told.said.packets, packets.size());
  EXPECT_GT(told.said.bytes, packets.size() * packets[0].payload.size());
  EXPECT_EQ(told.said.computed.least, 0);
  EXPECT_EQ(told.said.computed.beyond[0], 1u) << "the others waited";
  ASSERT_TRUE(world.part().Tell(0, told));
  EXPECT_EQ(told.heard.lost, 0u);
  EXPECT_FALSE(world.part().Tell(told.inputs, told)) << "there is no such input";
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

TEST(PartTest, WhatWouldBeLostOnItsWayOutWaits) {
  World world;
  const PacketIndex first = world.slice().first;
  world.Play(first);
  world.Jam(true);
  for (PacketIndex k = first + 1; k < first + 5; ++k) world.Play(k);
  Bytes nack(wire::kNackBytes);
  wire::EncodeNack({.from_node = 2, .ssrc = 3, .first = first, .mask = 1}, nack);
  EXPECT_TRUE(world.Take(nack));
  EXPECT_EQ(world.TakePackets().size(), 1u) << "neither packets nor repairs";
  world.Jam(false);
  world.Play(first + 5);
  const auto packets = world.TakePackets();
  ASSERT_EQ(packets.size(), 5u);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].flags, 0);
    EXPECT_EQ(BytesOf(packets[i].payload), world.rendered(i + 1)) << "packet " << i;
  }
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

void Exchange(World& one, World& other) {
  for (const Bytes& frame : one.TakeFellowFrames()) other.Take(frame);
  for (const Bytes& frame : other.TakeFellowFrames()) one.Take(frame);
}

/// Two boards, of which the second joins while the first plays.
struct Pair {
  Pair() {
    Slice both = Alone();
    both.version = 8;
    both.members.push_back({.incarnation = 13, .node = 5, .founder = false});
    both.places.push_back({.node = 4, .ip = 0x7f000104, .port = 5004});
    both.places.push_back({.node = 5, .ip = 0x7f000105, .port = 5004});
    for (; k < Alone().first + 50; ++k) founder.Play(k);
    founder.part().Adopt(both);
    both.self = 13;
    both.node = 5;
    joiner = std::make_unique<World>(both);
  }
  void Play(int packets) {
    for (int i = 0; i < packets; ++i, ++k) {
      founder.Play(k);
      joiner->Play(k);
      Exchange(founder, *joiner);
    }
  }
  bool Teach() {
    Bytes state(1 << 20);
    StateHead head;
    if (founder.part().Snapshot(0, state, head) != StateOutcome::kDone) return false;
    const std::span<const std::uint8_t> whole = std::span(state).first(head.total);
    return joiner->part().Restore(whole.subspan(head.replica_bytes)) &&
           joiner->part().Learn(whole.first(head.replica_bytes), head.next, (k + 1) * 96);
  }

  World founder;
  std::unique_ptr<World> joiner;
  PacketIndex k = Alone().first;
};

TEST(PartTest, AJoinerWithTheStateOfAMemberIsAdmittedAndPlaysTheSameBits) {
  Pair pair;
  pair.Play(5);
  EXPECT_EQ(pair.joiner->part().join_stage(), JoinStage::kSubscribed);
  EXPECT_TRUE(pair.joiner->TakePackets().empty());
  ASSERT_TRUE(pair.Teach());
  pair.Play(700);
  EXPECT_EQ(pair.joiner->part().join_stage(), JoinStage::kJoined);
  EXPECT_EQ(pair.joiner->part().replica().state(), replica::State::kInSync);
  EXPECT_EQ(pair.founder.part().replica().live_members(), 2);
  int played = 0;
  for (const wire::RtpPacket& packet : pair.joiner->TakePackets()) {
    const auto i = packet.timestamp / 96 - static_cast<std::uint32_t>(Alone().first);
    ASSERT_EQ(BytesOf(packet.payload), pair.founder.rendered(i)) << "packet " << i;
    if (packet.flags == 0) ++played;
  }
  EXPECT_GT(played, 100);
}

TEST(PartTest, AJoinerWithAnotherStateIsNeverAdmitted) {
  Pair pair;
  pair.Play(5);
  // The body is of one whose gain is another.
  Slice louder = Alone();
  louder.task.params[0].value = 3.0f;
  World other(louder);
  for (PacketIndex k = louder.first; k < pair.k; ++k) other.Play(k);
  Bytes state(1 << 20);
  StateHead head;
  ASSERT_EQ(other.part().Snapshot(0, state, head), StateOutcome::kDone);
  const Bytes body(state.begin() + head.replica_bytes, state.begin() + head.total);
  ASSERT_EQ(pair.founder.part().Snapshot(0, state, head), StateOutcome::kDone);
  ASSERT_TRUE(pair.joiner->part().Restore(body));
  ASSERT_TRUE(
      pair.joiner->part().Learn(std::span<const std::uint8_t>(state).first(head.replica_bytes),
                                head.next, (pair.k + 1) * 96));
  pair.Play(700);
  EXPECT_EQ(pair.joiner->part().join_stage(), JoinStage::kShadow);
  for (const wire::RtpPacket& packet : pair.joiner->TakePackets()) {
    EXPECT_EQ(packet.flags & wire::kFlagJoiner, wire::kFlagJoiner);
  }
}

/// Two in sync, of which the first is then cut off for so long that each gives the other up.
struct Parted : Pair {
  explicit Parted(bool other_dies = false) {
    Play(5);
    EXPECT_TRUE(Teach());
    Play(700);
    EXPECT_EQ(joiner->part().join_stage(), JoinStage::kJoined);
    for (const PacketIndex end = k + Alone().silence / 96 + 20; k < end; ++k) {
      founder.Wait(96);
      if (!other_dies) joiner->Play(k);
    }
    EXPECT_EQ(founder.part().replica().live_members(), 1);
    founder.TakeFellowFrames();
    founder.TakePackets();
    joiner->TakeFellowFrames();
  }
};

TEST(PartTest, OneThatWasCutOffYieldsToTheFellowThatWentOn) {
  Parted pair;
  pair.Play(8);
  EXPECT_STREQ(pair.founder.part().failure(), "it was cut off, and its fellows went on");
  EXPECT_TRUE(pair.founder.TakePackets().empty());
  EXPECT_EQ(pair.joiner->part().replica().state(), replica::State::kInSync);
  pair.joiner->TakePackets();
  pair.Play(40);
  EXPECT_EQ(pair.joiner->TakePackets().size(), 40u) << "though it is the younger one";
}

/// As if its sender had just woken from a stall.
Bytes Fenced(const Bytes& frame) {
  wire::FellowFrameReader reader(frame);
  Bytes fenced(wire::kMaxDatagramBytes);
  wire::FellowFrameWriter writer(fenced, reader.from_node());
  wire::FellowMessage message;
  while (reader.Next(message)) {
    message.fenced = true;
    EXPECT_TRUE(writer.Add(message));
  }
  fenced.resize(writer.size());
  return fenced;
}

TEST(PartTest, AFellowThatWokeFromAStallItselfDoesNotStopIt) {
  Parted pair;
  for (int i = 0; i < 100; ++i, ++pair.k) {
    pair.founder.Play(pair.k);
    pair.joiner->Play(pair.k);
    for (const Bytes& frame : pair.founder.TakeFellowFrames()) pair.joiner->Take(frame);
    for (const Bytes& frame : pair.joiner->TakeFellowFrames()) pair.founder.Take(Fenced(frame));
  }
  EXPECT_STREQ(pair.founder.part().failure(), "");
  EXPECT_FALSE(pair.founder.TakePackets().empty());
}

TEST(PartTest, OneThatHeardNothingWhileItsFellowDiedGoesOn) {
  Parted pair(true);
  for (int i = 0; i < 9; ++i, ++pair.k) pair.founder.Play(pair.k);
  EXPECT_TRUE(pair.founder.TakePackets().empty()) << "it may yet be told otherwise";
  Event nobodys;
  nobodys.id = 77;
  nobodys.at = (Alone().first + 100) * 96;
  EXPECT_EQ(pair.founder.part().VerdictOf(nobodys), Verdict::kNone);
  for (int i = 0; i < 300; ++i, ++pair.k) pair.founder.Play(pair.k);
  EXPECT_STREQ(pair.founder.part().failure(), "");
  EXPECT_EQ(pair.founder.part().VerdictOf(nobodys), Verdict::kExpired);
  EXPECT_FALSE(pair.founder.TakePackets().empty());
}

TEST(PartTest, WhoHasNoStateGivesNone) {
  Pair pair;
  pair.Play(5);
  Bytes state(1 << 20);
  StateHead head;
  EXPECT_EQ(pair.joiner->part().Snapshot(0, state, head), StateOutcome::kNotHere);
  EXPECT_EQ(pair.founder.part().Snapshot(pair.k + 5, state, head), StateOutcome::kNotYet);
  EXPECT_EQ(pair.founder.part().Snapshot(0, std::span(state).first(9), head),
            StateOutcome::kTooLarge);
  EXPECT_FALSE(pair.joiner->part().Restore(std::span<const std::uint8_t>(state).first(3)));
}

TEST(PartTest, AWitnessIsRefused) {
  Arena measure;
  const auto part = std::make_unique<Part>();
  Slice slice = SomeSlice();
  slice.members[1].witness = true;
  EXPECT_STREQ(part->Prepare(slice, measure), "a board cannot be a witness");
}

}  // namespace
}  // namespace continuo::mcu
