// SPDX-License-Identifier: Apache-2.0
// The promise of the house, in virtual time: whatever one fault does, the front of house is the oracle, bit for bit.
#include "agent/rt/cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "dsp/kernels/registry.h"
#include "proto/wire/rtp.h"

namespace continuo::test {
namespace {

using testing::Each;
using testing::Eq;

constexpr Frames kMs = kSampleRate / 1000;

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

int TaintedOn(Cluster& cluster, plan::NodeId node) {
  const auto& replicas = cluster.Counters(node).replicas;
  return static_cast<int>(std::count_if(replicas.begin(), replicas.end(), [](const auto& replica) {
    return replica.state == plan::ReplicaState::kTainted;
  }));
}

TEST(ClusterTest, WithoutFaultsBothFeedsAreTheOracle) {
  Cluster cluster({});
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.FirstPlayed(TestShow::kFohA), TestShow::kStart);
  EXPECT_EQ(cluster.Sum().concealed, 0u);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
  EXPECT_GT(cluster.Sum().margin_min, 200 * kMs);
  EXPECT_LE(cluster.network(0).largest(), wire::kMaxDatagramBytes);
}

TEST(ClusterTest, WhatADeviceIsGivenIsWhatIsRecordedAndNobodyWaitsForIt) {
  Cluster cluster({});
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  const std::vector<float>& played = cluster.Played(TestShow::kFohA);
  const agent::handoff::DeviceRing& device = cluster.Device(TestShow::kFohA);
  ASSERT_TRUE(device.finished());
  ASSERT_EQ(device.end(), TestShow::kStart + static_cast<Frames>(played.size() / 2));
  constexpr Frames kLast = kSampleRate / 2;
  std::vector<float> left(kLast), right(kLast);
  const std::array<float*, 2> channels = {left.data(), right.data()};
  ASSERT_TRUE(device.Read(device.end() - kLast, kLast, channels));
  for (std::size_t i = 0; i < kLast; ++i) {
    const std::size_t at = played.size() - 2 * (kLast - i);
    ASSERT_EQ(left[i], played[at]);
    ASSERT_EQ(right[i], played[at + 1]);
  }
}

Event Param(EventId id, Frames at, const char* kind, const char* name, float value) {
  Event event{.at = TestShow::kStart + at, .id = id};
  event.target = static_cast<std::uint16_t>(dsp::FindParam(*dsp::FindKernel(kind), name));
  event.value = Event::FromFloat(value);
  return event;
}

class KillTest : public testing::TestWithParam<int> {};

TEST_P(KillTest, DeathOfAComputingNodeIsNotHeard) {
  for (const plan::NodeId victim : {1, 2, 3}) {
    Cluster cluster({});
    cluster.RunTo(GetParam() * kMs);
    cluster.Kill(victim);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.Sum().concealed, 0u);
  }
}
INSTANTIATE_TEST_SUITE_P(Moments, KillTest, testing::Values(-250, -1, 0, 3, 333, 777, 1500, 1990));

TEST(ClusterTest, AProcessThatComesBackDoesNotTakeUpADeadReplicasLife) {
  for (const Frames back_after : {50, 200, 400, 1000}) {
    Cluster cluster({});
    // Its fellow counts on it to know this event, which died with the process.
    cluster.Issue(TestShow::kMaster, Param(1, 900 * kMs, "mixer", "gain", -9.0f));
    cluster.RunTo(300 * kMs);
    EXPECT_EQ(cluster.VerdictOf(1), Verdict::kCommitted);
    cluster.Kill(2);
    cluster.RunTo((300 + back_after) * kMs);
    cluster.Restart(2);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.Sum().divergences, 0u);
  }
}

/// Whatever is done at once is done in the most unlikely order.
class Backwards final : public agent::rt::Crew {
 public:
  void Do(int count, void (*work)(void*, int), void* context) override {
    largest = std::max(largest, count);
    for (int i = count; i-- > 0;) work(context, i);
  }
  int largest = 0;
};

TEST(ClusterTest, NeitherOrderNorNumberOfCoresChangesASample) {
  Backwards crew;
  Cluster alone({.warm = "reverb"}), together({.warm = "reverb", .crew = &crew});
  for (Cluster* const cluster : {&alone, &together}) {
    cluster->RunTo(700 * kMs);
    cluster->Kill(2);
    cluster->RunToEnd();
    ExpectUntouched(*cluster);
  }
  EXPECT_EQ(alone.Played(TestShow::kFohA), together.Played(TestShow::kFohA));
  EXPECT_GE(crew.largest, 3) << "nothing was ever done at once";
}

TEST(ClusterTest, WhatIsFlaggedIsNotHeardWhereAnotherIsInSync) {
  int tainted = 0;
  for (const Frames skew : {-200, 0, 200}) {
    for (const plan::NodeId starved : {1, 2, 3}) {
      // The tails of what it has lost ring on: for seconds it computes something else, and sends it in time.
      Cluster cluster({.skew = skew, .warm = "reverb"});
      cluster.RunTo(500 * kMs);
      cluster.Starve(starved);
      cluster.RunTo(1000 * kMs);
      cluster.Starve(starved, false);
      cluster.RunToEnd();
      ExpectUntouched(cluster);
      for (plan::NodeId node = 1; node <= TestShow::kComputeNodes; ++node) {
        const int there = TaintedOn(cluster, node);
        EXPECT_TRUE(node == starved || there == 0) << "it took a flagged packet for a true one's";
        tainted += there;
      }
    }
  }
  EXPECT_GT(tainted, 0);
}

TEST(ClusterTest, AFeedsNodeThatComesBackPlaysOnFromWhereTheShowIs) {
  Cluster cluster({});
  cluster.RunTo(700 * kMs);
  cluster.Kill(TestShow::kFohA);
  cluster.RunTo(1000 * kMs);
  cluster.Restart(TestShow::kFohA);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  const std::vector<float> truth = cluster.Rendered();
  const std::vector<float>& played = cluster.Played(TestShow::kFohA);
  const Frames missed = cluster.FirstPlayed(TestShow::kFohA) - TestShow::kStart;
  EXPECT_GT(missed, 600 * kMs);
  ASSERT_EQ(played.size(), truth.size() - 2 * static_cast<std::size_t>(missed));
  // What was sent before its sockets were there included.
  EXPECT_TRUE(std::equal(played.rbegin(), played.rend(), truth.rbegin()));
}

TEST(ClusterTest, WithThreeReplicasTheDeathOfTwoInSuccessionIsNotHeard) {
  Cluster cluster({.redundancy = 3});
  cluster.RunTo(300 * kMs);
  cluster.Kill(1);
  cluster.RunTo(1000 * kMs);
  cluster.Kill(3);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(ClusterTest, DeathOfOneFeedsNodeIsNotHeardOnTheOther) {
  Cluster cluster({});
  cluster.RunTo(700 * kMs);
  cluster.Kill(TestShow::kFohA);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
}

TEST(ClusterTest, WithOneReplicaADeathIsHeardSinceAJudgeMustBeAbleToSayNo) {
  Cluster cluster({.redundancy = 1});
  cluster.RunTo(700 * kMs);
  cluster.Kill(3);
  cluster.RunToEnd();
  EXPECT_GT(cluster.Altered(TestShow::kFohA), kSampleRate / 2);
  EXPECT_GT(cluster.Sum().concealed + static_cast<unsigned>(cluster.Sum().tainted_replicas), 0u);
}

TEST(ClusterTest, WithOneReplicaTheOthersPlayOnAfterADeath) {
  // Node 1 computes the drone only (and warm); what is left of the mix is still heard.
  Cluster cluster({.redundancy = 1});
  cluster.RunTo(700 * kMs);
  cluster.Kill(2);
  cluster.RunToEnd();
  const std::vector<float>& played = cluster.Played(TestShow::kFohA);
  ASSERT_EQ(played.size(), 2u * 2 * kSampleRate);
  const std::vector<float> last_second(played.end() - 2 * kSampleRate, played.end());
  EXPECT_GT(Peak(last_second), 0.01f);
}

TEST(ClusterTest, EitherNetworkMayBeCutForGood) {
  for (const int network : {0, 1}) {
    Cluster cluster({});
    cluster.RunTo(500 * kMs);
    cluster.network(network).Cut(true);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.Sum().nacks_sent, 0u) << "the other network alone brings everything";
  }
}

TEST(ClusterTest, NetworksMayBeCutForASecondInTurn) {
  Cluster cluster({.length = 3 * kSampleRate});
  for (const int network : {0, 1}) {
    cluster.RunTo((500 + network * 1200) * kMs);
    cluster.network(network).Cut(true);
    cluster.RunTo((1500 + network * 1200) * kMs);
    cluster.network(network).Cut(false);
  }
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(ClusterTest, BothNetworksMayBeCutForATenthOfASecond) {
  Cluster cluster({});
  cluster.RunTo(900 * kMs);
  for (const int network : {0, 1}) cluster.network(network).Cut(true);
  cluster.RunTo(1000 * kMs);
  for (const int network : {0, 1}) cluster.network(network).Cut(false);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_GT(cluster.Sum().repaired, 0u);
}

class LossTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(LossTest, LossDuplicationAndReorderingOnEveryLegAreNotHeard) {
  Cluster cluster({.seed = GetParam()});
  cluster.Impair({.loss = 0.01, .duplication = 0.01, .delay_min = 5, .delay_max = 400});
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.Sum().tainted_replicas, 0);
}

TEST_P(LossTest, NorWithADeathAndACutNetworkOneAfterTheOther) {
  Cluster cluster({.length = 3 * kSampleRate, .seed = GetParam()});
  cluster.Impair({.loss = 0.03, .duplication = 0.01, .delay_min = 5, .delay_max = 400});
  cluster.RunTo(500 * kMs);
  cluster.network(0).Cut(true);
  cluster.RunTo(1500 * kMs);
  cluster.network(0).Cut(false);
  cluster.RunTo(1800 * kMs);
  cluster.Kill(2);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_GT(cluster.Sum().nacks_sent, 0u);
  EXPECT_GT(cluster.Sum().repaired, 0u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, LossTest, testing::Range<std::uint64_t>(1, 7));

class StallTest : public testing::TestWithParam<int> {};

TEST_P(StallTest, StallOfOneComputingNodeIsNotHeard) {
  for (const plan::NodeId victim : {1, 2, 3}) {
    Cluster cluster({.length = 3 * kSampleRate});
    cluster.RunTo(600 * kMs);
    cluster.Stall(victim, GetParam() * kMs);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.Sum().divergences, 0u);
  }
}

TEST_P(StallTest, StallOfOneFeedsNodeIsNotHeardOnTheOther) {
  Cluster cluster({.length = 3 * kSampleRate});
  cluster.RunTo(600 * kMs);
  cluster.Stall(TestShow::kFohA, GetParam() * kMs);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Played(TestShow::kFohA).size(), cluster.Played(TestShow::kFohB).size());
}
INSTANTIATE_TEST_SUITE_P(Milliseconds, StallTest,
                         testing::Values(10, 50, 180, 240, 300, 700, 2000));

TEST(ClusterTest, StallOfTheWholeMachineUpToThePlayoutIsNotHeard) {
  for (const Frames ms : {20, 100, 200, 290}) {
    Cluster cluster({.length = 3 * kSampleRate});
    cluster.RunTo(600 * kMs);
    cluster.StallAll(ms * kMs);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

TEST(ClusterTest, AfterALongerStallOfTheWholeMachineTheShowIsRightAgain) {
  for (const Frames ms : {500, 900, 1500}) {
    Cluster cluster({.length = 4 * kSampleRate});
    cluster.RunTo(600 * kMs);
    cluster.StallAll(ms * kMs);
    cluster.RunToEnd();
    EXPECT_EQ(cluster.Sum().tainted_replicas, 0) << ms;
    const std::vector<float> truth = cluster.Rendered();
    const std::vector<float>& played = cluster.Played(TestShow::kFohA);
    ASSERT_EQ(played.size(), truth.size());
    const auto last_second = static_cast<std::ptrdiff_t>(2 * 3 * kSampleRate);
    EXPECT_TRUE(std::equal(truth.begin() + last_second, truth.end(), played.begin() + last_second))
        << ms;
  }
}

constexpr plan::Timing kPrompt{.playout = 18 * kMs,
                               .promise = 300 * kMs,
                               .silence = 250 * kMs,
                               .lead = 350 * kMs,
                               .repair_after = 2 * kMs};

TEST(ClusterTest, WhoPlaysEarlyPlaysWhatIsThereOnceItsTimeIsOverThroughADeath) {
  for (const bool early : {false, true}) {
    Cluster cluster({.timing = kPrompt, .early = early});
    for (Frames n = 100 * kMs; n < 900 * kMs; n += 10 * kMs) {
      if (n == 500 * kMs) cluster.Kill(1);
      cluster.RunTo(n);
      const Frames age = TestShow::kStart + n - cluster.Device(TestShow::kFohA).end();
      EXPECT_GE(age, early ? -96 : kPrompt.playout - 96);
      EXPECT_LE(age, early ? 2 * 96 : kPrompt.playout + 2 * 96);
    }
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

TEST(ClusterTest, WhoPlaysEarlyGivesWhatIsMissingTheWholePlayout) {
  Cluster cluster({.timing = kPrompt, .early = true});
  cluster.RunTo(500 * kMs);
  cluster.Starve(TestShow::kFohA);
  cluster.RunTo(1000 * kMs);  // what was computed ahead has been played
  const Frames age = TestShow::kStart + 1000 * kMs - cluster.Device(TestShow::kFohA).end();
  EXPECT_NEAR(static_cast<double>(age), static_cast<double>(kPrompt.playout), 2 * 96);
  cluster.Starve(TestShow::kFohA, false);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
}

TEST(ClusterTest, AFeedWithoutInputsIsSilentSinceNobodyRendersTheShowLocally) {
  Cluster cluster({});
  cluster.Unplug(TestShow::kFohA);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  ASSERT_EQ(cluster.Played(TestShow::kFohA).size(), 2u * 2 * kSampleRate);
  EXPECT_THAT(cluster.Played(TestShow::kFohA), Each(Eq(0.0f)));
}

TEST(ClusterTest, ACorruptCopyIsNoticedAndSaidWhose) {
  Cluster cluster({});
  cluster.RunTo(500 * kMs);
  cluster.engine(2).Corrupt();  // node 2 runs a replica of master
  cluster.RunToEnd();
  EXPECT_GE(cluster.Sum().divergences, 1u);
  const auto named = [](const agent::handoff::IncidentNote& note) {
    return note.kind == plan::IncidentKind::kDivergence &&
           (note.kept == 2 || note.differing == 2) && note.n > TestShow::kStart;
  };
  EXPECT_TRUE(std::any_of(cluster.incidents().begin(), cluster.incidents().end(), named));
  EXPECT_LE(cluster.Altered(TestShow::kFohA), 1);
}

class QuantumTest : public testing::TestWithParam<int> {};

TEST_P(QuantumTest, EveryQuantumPlaysTheShowThroughADeath) {
  for (const int channels : {1, 2}) {
    Cluster cluster({.quantum = GetParam(), .length = kSampleRate / 2 + 7, .channels = channels});
    cluster.RunTo(200 * kMs);
    cluster.Kill(1);
    cluster.RunToEnd();
    EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0) << channels << " channels";
    EXPECT_LE(cluster.network(0).largest(), wire::kMaxDatagramBytes);
  }
}
INSTANTIATE_TEST_SUITE_P(All, QuantumTest, testing::Values(12, 16, 32, 48, 64, 96));

TEST(ClusterTest, ShortTimingsSurviveADeathToo) {
  plan::Timing timing{.playout = 20 * kMs,
                      .promise = 40 * kMs,
                      .silence = 20 * kMs,
                      .lead = 50 * kMs,
                      .repair_after = 2 * kMs};
  for (const plan::NodeId victim : {1, 2, 3}) {
    Cluster cluster({.quantum = 48, .timing = timing});
    cluster.RunTo(777 * kMs);
    cluster.Kill(victim);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
  }
}

}  // namespace
}  // namespace continuo::test
