// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "proto/transport/beat_socket.h"

namespace continuo::transport {
namespace {

using ::testing::HasSubstr;

constexpr int kPatienceMs = 50;

Beat Sample() {
  return {.node = "pi-1", .seq = 7, .n = 96'000, .realtime = true, .network = 1};
}

/// Beats until one comes through: a connection takes a moment to stand.
bool HearsOne(BeatSender& sender, BeatReceiver& receiver, Beat& beat) {
  for (std::uint64_t seq = 1; seq <= 100; ++seq) {
    sender.Send({.node = "pi-1", .seq = seq, .n = 5, .realtime = false, .network = 0});
    if (receiver.Receive(beat, kPatienceMs)) return true;
  }
  return false;
}

TEST(Beat, ComesBackEqual) {
  const std::string bytes = EncodeBeat(Sample());
  Beat back;
  ASSERT_TRUE(ParseBeat(bytes.data(), bytes.size(), back));
  EXPECT_EQ(back, Sample());
}

TEST(Beat, OfAThirdNetworkIsRefused) {
  Beat sample = Sample();
  sample.network = 2;
  const std::string bytes = EncodeBeat(sample);
  EXPECT_FALSE(ParseBeat(bytes.data(), bytes.size(), sample));
}

TEST(Beat, WithoutANodeIsRefused) {
  Beat sample = Sample();
  sample.node = "";
  const std::string bytes = EncodeBeat(sample);
  EXPECT_FALSE(ParseBeat(bytes.data(), bytes.size(), sample));
}

TEST(BeatSocket, EveryNetworkCarriesItsOwn) {
  std::string error;
  const auto red = BeatReceiver::Bind({"127.0.0.1:0"}, error);
  const auto blue = BeatReceiver::Bind({"127.0.0.1:0"}, error);
  ASSERT_TRUE(red && blue) << error;
  BeatSender sender({red->addresses()[0], blue->addresses()[0]});
  Beat beat;
  ASSERT_TRUE(HearsOne(sender, *red, beat));
  EXPECT_EQ(beat.network, 0u);
  ASSERT_TRUE(HearsOne(sender, *blue, beat));
  EXPECT_EQ(beat.network, 1u);
}

TEST(BeatSocket, ASecondReceiverOnAPortIsRefusedWithASentence) {
  std::string error;
  const auto first = BeatReceiver::Bind({"127.0.0.1:0"}, error);
  ASSERT_NE(first, nullptr) << error;
  EXPECT_EQ(BeatReceiver::Bind({first->addresses()[0]}, error), nullptr);
  EXPECT_THAT(error, HasSubstr("cannot listen for heartbeats on " + first->addresses()[0]));
}

}  // namespace
}  // namespace continuo::transport
