// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/core/hearing.h"

#include <gtest/gtest.h>

namespace continuo::mcu {
namespace {

constexpr int kQuantum = 96;
constexpr Frames kHold = FramesOfMs(100);

/// Packets of 96 samples, each so many samples after its end.
class Listener {
 public:
  Listener() { hearing_.Start(kQuantum); }
  void Hear(PacketIndex k, Frames late, stream::Offer offer = stream::Offer::kStored,
            std::uint8_t flags = 0) {
    wire::RtpPacket packet;
    packet.flags = flags;
    packet.payload = payload_;
    hearing_.Took(packet, offer, k, (k + 1) * kQuantum + late, hold_);
  }
  void Use(PacketIndex k, bool found, bool tainted = false) { hearing_.Used(k, found, tainted); }
  void FallBehind() { hold_ = -1; }
  const Heard& heard() const { return hearing_.heard(); }

 private:
  Hearing hearing_;
  Frames hold_ = kHold;
  std::array<std::uint8_t, 768> payload_{};
};

TEST(HearingCountTest, EachCopyIsCountedForWhatItWas) {
  Listener listener;
  listener.Hear(5, 10);
  listener.Hear(7, 10);
  listener.Hear(6, 10);
  listener.Hear(6, 10, stream::Offer::kDuplicate);
  listener.Hear(4, 900, stream::Offer::kStored, wire::kFlagRepair);
  listener.Hear(3, 9000, stream::Offer::kLate);
  listener.Hear(3, 9000, stream::Offer::kRefused);
  const Heard& heard = listener.heard();
  EXPECT_EQ(heard.received, 4u);
  EXPECT_EQ(heard.duplicates, 1u);
  EXPECT_EQ(heard.repaired, 1u);
  EXPECT_EQ(heard.reordered, 1u) << "what was repaired is none";
  EXPECT_EQ(heard.late, 1u);
  EXPECT_EQ(heard.bytes, 6u * (768 + wire::kRtpOverheadBytes)) << "what is refused is not ours";
}

TEST(HearingCountTest, TheMarginIsThatOfTheLastToCome) {
  Listener listener;
  EXPECT_EQ(listener.heard().margin_min, Heard::kNoMargin);
  listener.Hear(5, 10);
  EXPECT_EQ(listener.heard().margin_min, kHold - 10);
  listener.Hear(6, 900, stream::Offer::kStored, wire::kFlagRepair);
  listener.Hear(7, 20);
  EXPECT_EQ(listener.heard().margin_min, kHold - 900);
  listener.Hear(8, kHold + 3);
  EXPECT_EQ(listener.heard().margin_min, -3);
  listener.FallBehind();
  listener.Hear(9, kHold + 5000);
  EXPECT_EQ(listener.heard().margin_min, -3) << "who is behind needs nothing in time";
}

TEST(HearingCountTest, DropoutsInARowAreOneAndTheOldestAreForgotten) {
  Listener listener;
  listener.Use(5, true);
  listener.Use(6, false);
  listener.Use(7, false);
  listener.Use(8, true, true);
  listener.Use(9, false);
  ASSERT_EQ(listener.heard().dropouts.size(), 2u);
  EXPECT_EQ(listener.heard().dropouts[0], (Dropout{.first = 6, .packets = 2}));
  EXPECT_EQ(listener.heard().dropouts[1], (Dropout{.first = 9, .packets = 1}));
  EXPECT_EQ(listener.heard().lost, 3u);
  EXPECT_EQ(listener.heard().tainted, 1u);
  for (PacketIndex k = 100; k < 120; k += 2) listener.Use(k, false);
  ASSERT_EQ(listener.heard().dropouts.size(), kDropoutsKept);
  EXPECT_EQ(listener.heard().dropouts.back().first, 118);
  EXPECT_EQ(listener.heard().lost, 13u);
}

TEST(HearingCountTest, JitterIsThatOfRfc3550) {
  Listener listener;
  for (PacketIndex k = 0; k < 100; ++k) listener.Hear(k, 40);
  EXPECT_EQ(listener.heard().jitter, 0u) << "all are equally late";
  listener.Hear(100, 56);
  EXPECT_EQ(listener.heard().jitter, 16u) << "a sixteenth of the deviation, in sixteenths";
  Listener swinging;
  for (PacketIndex k = 0; k < 1000; ++k) swinging.Hear(k, k % 2 == 0 ? 0 : 48);
  EXPECT_NEAR(swinging.heard().jitter, 48 * 16, 8);
  listener.Hear(101, 5000, stream::Offer::kStored, wire::kFlagRepair);
  EXPECT_EQ(listener.heard().jitter, 16u) << "what was asked for again says nothing";
  EXPECT_EQ(listener.heard().came.least, 40);
  EXPECT_EQ(listener.heard().came.beyond[0], 100u);
  EXPECT_EQ(listener.heard().came.beyond[DelayBinOf(16)], 1u);
}

}  // namespace
}  // namespace continuo::mcu
