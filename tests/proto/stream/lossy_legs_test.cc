// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include "proto/stream/repair.h"
#include "proto/stream/stream_fixture.h"

// Two replicas, two networks, and a receiver, in virtual time: whatever the networks lose, double
// and reorder, the stream that comes out is the one that went in.

namespace continuo::stream {
namespace {

constexpr PacketIndex kFirst = 65'500;
constexpr PacketIndex kPackets = 3000;
constexpr int kPlayoutPackets = 100;
constexpr int kReplicas = 2;
constexpr int kNetworks = 2;

struct Weather {
  int loss_percent = 0;
  int duplicates_percent = 0;
  int delay_max = 1;                // ticks
  int dead_replica_from = 1 << 30;  // replica 0 sends nothing from this packet on
};

class LossyLegs {
 public:
  LossyLegs(std::uint64_t seed, const Weather& weather) : seed_(seed), weather_(weather) {
    merge_memory_.Give(
        [&](Arena& arena) { return merge_.Prepare(stream_.Config(kFirst, 512), arena); });
    for (int r = 0; r < kReplicas; ++r) {
      ring_memory_[r].Give(
          [&](Arena& arena) { return ring_[r].Prepare(512, wire::kMaxDatagramBytes, arena); });
    }
    asker_.Start({.after = 4 * 12, .again = 8 * 12}, stream_.quantum);
  }

  // One tick is one packet's time. Returns how many packets were altered or missing at their
  // deadline.
  int Play() {
    int wrong = 0;
    for (tick_ = 0; tick_ < kPackets + kPlayoutPackets; ++tick_) {
      if (tick_ < kPackets) Send(kFirst + tick_);
      Deliver();
      const PacketIndex expected_end = kFirst + std::min(tick_, kPackets);
      wire::Nack nack;
      if (asker_.Ask(merge_, expected_end, tick_ * stream_.quantum, nack)) Answer(nack);
      if (tick_ >= kPlayoutPackets) wrong += PlayOut(kFirst + tick_ - kPlayoutPackets) ? 0 : 1;
    }
    return wrong;
  }
  const Merge& merge() const { return merge_; }

 private:
  bool Chance(int percent) { return Draw(100) < percent; }
  int Draw(int below) {
    return static_cast<int>(RandomBits(seed_, 0, ++drawn_) % static_cast<unsigned>(below));
  }

  void Send(PacketIndex k) {
    const auto payload = stream_.Payload(k);
    for (int r = 0; r < kReplicas; ++r) {
      if (r == 0 && k - kFirst >= weather_.dead_replica_from) continue;
      wire::RtpPacket packet = stream_.Packet(k, payload);
      packet.incarnation = static_cast<std::uint16_t>(r + 1);
      const auto room = ring_[r].Room(k);
      ring_[r].Commit(k, wire::EncodeRtp(packet, room));
      Transmit(ring_[r].Find(k));
    }
  }
  void Transmit(std::span<const std::uint8_t> datagram) {
    for (int network = 0; network < kNetworks; ++network) {
      if (Chance(weather_.loss_percent)) continue;
      const int copies = Chance(weather_.duplicates_percent) ? 2 : 1;
      for (int i = 0; i < copies; ++i) {
        in_flight_.emplace(tick_ + Draw(weather_.delay_max),
                           Arrival{network, {datagram.begin(), datagram.end()}});
      }
    }
  }
  void Answer(const wire::Nack& nack) {
    for (int r = 0; r < kReplicas; ++r) {
      if (r == 0 && tick_ >= weather_.dead_replica_from) continue;
      for (int bit = 0; bit < 64; ++bit) {
        if ((nack.mask >> bit & 1) == 0) continue;
        const auto datagram = ring_[r].Find(nack.first + bit);
        if (datagram.empty()) continue;
        wire::MarkRepair(datagram);
        Transmit(datagram);
      }
    }
  }
  void Deliver() {
    while (!in_flight_.empty() && in_flight_.begin()->first <= tick_) {
      const Arrival arrival = in_flight_.begin()->second;
      in_flight_.erase(in_flight_.begin());
      wire::RtpPacket packet;
      ASSERT_EQ(wire::ParseRtp(arrival.datagram, packet), wire::RtpError::kNone);
      merge_.Take(packet,
                  merge_.LegOf(packet.incarnation, static_cast<std::uint8_t>(arrival.network)));
    }
  }
  bool PlayOut(PacketIndex k) {
    Selected selected;
    const bool there = merge_.At(k, selected);
    const auto payload = stream_.Payload(k);
    const bool right = there && selected.payload.size() == payload.size() &&
                       std::memcmp(selected.payload.data(), payload.data(), payload.size()) == 0;
    merge_.Release(k);
    return right;
  }

  struct Arrival {
    int network;
    std::vector<std::uint8_t> datagram;
  };
  std::uint64_t seed_;
  Weather weather_;
  TestStream stream_;
  TestMemory merge_memory_, ring_memory_[kReplicas];
  Merge merge_;
  RepairAsker asker_;
  SenderRing ring_[kReplicas];
  std::multimap<std::int64_t, Arrival> in_flight_;
  std::int64_t tick_ = 0, drawn_ = 0;
};

TEST(LossyLegs, AQuietNetworkNeedsNoRepair) {
  LossyLegs legs(1, {});
  EXPECT_EQ(legs.Play(), 0);
  for (const Leg& leg : legs.merge().legs()) EXPECT_EQ(leg.counters.repaired, 0u);
}

TEST(LossyLegs, LossDuplicationAndReorderingAlterNothing) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    LossyLegs legs(seed, {.loss_percent = 20, .duplicates_percent = 10, .delay_max = 12});
    EXPECT_EQ(legs.Play(), 0) << "seed " << seed;
    EXPECT_EQ(legs.merge().divergences(), 0u);
  }
}

TEST(LossyLegs, TheSurvivorAloneIsRepaired) {
  std::uint64_t repaired = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    LossyLegs legs(
        seed,
        {.loss_percent = 20, .duplicates_percent = 5, .delay_max = 6, .dead_replica_from = 777});
    EXPECT_EQ(legs.Play(), 0) << "seed " << seed;
    for (const Leg& leg : legs.merge().legs()) repaired += leg.counters.repaired;
  }
  EXPECT_GT(repaired, 700u) << "4 % of 22,000 packets are lost on both networks";
}

TEST(LossyLegs, AJudgeThatCannotSayNoIsWorthNothing) {
  LossyLegs legs(1, {.loss_percent = 95, .delay_max = 12, .dead_replica_from = 0});
  EXPECT_GT(legs.Play(), 0);
}

}  // namespace
}  // namespace continuo::stream
