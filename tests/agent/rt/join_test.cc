// SPDX-License-Identifier: Apache-2.0
// How a replica comes to its state, and what it does when it cannot.
#include <gtest/gtest.h>
#include <malloc.h>

#include "agent/rt/cluster.h"

namespace continuo::test {
namespace {

using plan::IncidentKind;
using plan::ReplicaState;

constexpr Frames kMs = kSampleRate / 1000;

void ExpectUntouched(Cluster& cluster) {
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Altered(TestShow::kFohB), 0);
  EXPECT_EQ(cluster.Sum().divergences, 0u);
  EXPECT_GT(Peak(cluster.Rendered()), 0.01f) << "a silent show proves nothing";
}

void Join(Cluster& cluster, plan::TaskId task) {
  plan::Plan plan = cluster.plan();
  cluster.Join(plan, task, TestShow::kSpare);
  cluster.Replan(plan);
}

TEST(JoinTest, StateOfMegabytesComesWhole) {
  Cluster cluster({.length = 4 * kSampleRate, .warm = "tape"});
  cluster.courier().SetPace(400 * kMs);
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kWarm);
  Join(cluster, TestShow::kLead);
  cluster.RunTo(2500 * kMs);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kWarm).state, ReplicaState::kInSync);
  EXPECT_GT(cluster.ReplicaOn(TestShow::kSpare, TestShow::kWarm).state_bytes, 3u << 20);
  cluster.Kill(3);
  cluster.RunTo(3000 * kMs);
  cluster.Kill(1);  // the tape is on the spare alone now
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(JoinTest, CatchesUpSeveralTimesFasterThanTheShowPlays) {
  Cluster cluster({.length = 4 * kSampleRate});
  cluster.courier().SetPace(900 * kMs);
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kMaster);
  cluster.RunTo(1200 * kMs);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster).state,
            ReplicaState::kSubscribed);
  cluster.RunTo(2500 * kMs);
  const auto replica = cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster);
  EXPECT_EQ(replica.state, ReplicaState::kInSync);
  EXPECT_GE(replica.join.catch_up_percent, 300u);
  EXPECT_GT(replica.join.in_sync_at, TestShow::kStart + 1400 * kMs);
  EXPECT_LT(replica.join.in_sync_at, TestShow::kStart + 2400 * kMs);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(JoinTest, OneThatIsTooSlowIsNeverPlayed) {
  Cluster cluster({.length = 4 * kSampleRate});
  cluster.courier().SetPace(2200 * kMs);  // longer than inputs are kept
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kMaster);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 0);
  EXPECT_GT(cluster.courier().refused(), 0);
}

TEST(JoinTest, ImagesThatAreDamagedOrForeignAreRefusedAndAnotherOneIsTaken) {
  Cluster cluster({.length = 3 * kSampleRate});
  int spoiled = 0;
  cluster.courier().Spoil([&spoiled](std::vector<std::uint8_t>& image) {
    switch (spoiled++) {
      case 0:
        return image.resize(image.size() - 1);
      case 1:
        return image.resize(20);
      case 2:
        image[8] ^= 1;
        return;  // of another task
      case 3:
        image[agent::handoff::kImageHeadBytes] ^= 0xff;
        return;
      default:
        return;
    }
  });
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kMaster);
  cluster.RunToEnd();
  ExpectUntouched(cluster);
  EXPECT_EQ(cluster.courier().refused(), 4);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster).state, ReplicaState::kInSync);
}

TEST(JoinTest, AWrongStateIsNoticedAndNeverPlayed) {
  Cluster cluster({.length = 3 * kSampleRate});
  cluster.courier().Spoil([](std::vector<std::uint8_t>& image) { image.back() ^= 1; });
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kLead);
  cluster.RunToEnd();
  EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 0);
  EXPECT_GE(cluster.Told(IncidentKind::kHashDiffers), 1);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kLead).state, ReplicaState::kShadow);
}

TEST(JoinTest, AJoinerThatLosesAnInputForEverFailsWithASentence) {
  Cluster cluster({.length = 4 * kSampleRate});
  cluster.RunTo(500 * kMs);
  Join(cluster, TestShow::kWarm);
  cluster.RunTo(520 * kMs);
  cluster.Starve(TestShow::kSpare);
  cluster.RunTo(4000 * kMs);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoinFailed), 1);
  EXPECT_EQ(cluster.ReplicaOn(TestShow::kSpare, TestShow::kWarm).state, ReplicaState::kEmpty);
  EXPECT_STRNE(cluster.ReplicaOn(TestShow::kSpare, TestShow::kWarm).join.error, "");
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

TEST(JoinTest, BehindASourceThatStaysTaintedAJoinerCatchesUpAllTheSame) {
  // Alone and without the conductor for longer than it waits, the lead goes on flagged, and all that hear it do.
  Cluster cluster({.redundancy = 1, .length = 5 * kSampleRate});
  cluster.courier().SetPace(500 * kMs);
  cluster.RunTo(500 * kMs);
  const plan::NodeId lead = plan::FindTask(cluster.plan(), TestShow::kLead)->replicas[0].node;
  cluster.Starve(lead);
  cluster.RunTo(1200 * kMs);
  cluster.Starve(lead, false);
  cluster.RunTo(2000 * kMs);
  ASSERT_EQ(cluster.ReplicaOn(lead, TestShow::kLead).state, ReplicaState::kTainted);
  Join(cluster, TestShow::kMaster);
  cluster.RunTo(4500 * kMs);
  const auto replica = cluster.ReplicaOn(TestShow::kSpare, TestShow::kMaster);
  EXPECT_EQ(replica.state, ReplicaState::kTainted) << replica.join.error;
  EXPECT_GE(replica.join.catch_up_percent, 200u);
  EXPECT_EQ(cluster.Told(IncidentKind::kJoinFailed), 0);
}

TEST(JoinTest, UnderLossAJoinTakesLongerAndIsRightAllTheSame) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    Cluster cluster({.length = 3 * kSampleRate, .seed = seed});
    cluster.Impair({.loss = 0.05, .duplication = 0.02, .delay_min = 5, .delay_max = 700});
    cluster.RunTo(500 * kMs);
    for (const plan::TaskId task : {dsp::kConductorId, TestShow::kBass, TestShow::kMaster}) {
      Join(cluster, task);
    }
    cluster.RunToEnd();
    EXPECT_EQ(cluster.Altered(TestShow::kFohA), 0);
    EXPECT_EQ(cluster.Sum().divergences, 0u);
    EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 3) << seed;
  }
}

TEST(JoinTest, EveryQuantumCanBeJoined) {
  for (const int quantum : {12, 48, 64, 96}) {
    Cluster cluster({.quantum = quantum, .length = 3 * kSampleRate / 2});
    cluster.RunTo(300 * kMs);
    Join(cluster, TestShow::kMaster);
    cluster.RunToEnd();
    ExpectUntouched(cluster);
    EXPECT_EQ(cluster.Told(IncidentKind::kJoined), 1) << quantum;
  }
}

TEST(JoinTest, OneReplicaFollowsTheOtherAndNothingPilesUp) {
  // The master wanders between two spares; whoever has retired is dropped, and a new incarnation comes.
  Cluster cluster({.length = 12 * kSampleRate});
  cluster.RunTo(300 * kMs);
  std::size_t used_early = 0;
  for (int move = 0; move < 12; ++move) {
    plan::Plan plan = cluster.plan();
    auto& replicas = plan.tasks[TestShow::kMaster - 1].replicas;
    std::erase_if(replicas, [](const plan::Replica& r) { return r.leaving; });
    cluster.Join(plan, TestShow::kMaster, move % 2 == 0 ? TestShow::kSpare : TestShow::kOtherSpare);
    replicas[replicas.size() - 2].leaving = true;
    cluster.Replan(plan);
    cluster.RunTo((300 + (move + 1) * 900) * kMs);
    EXPECT_EQ(cluster.Told(IncidentKind::kJoined), move + 1);
    EXPECT_EQ(cluster.Told(IncidentKind::kRetired), move + 1);
    if (move == 2) used_early = mallinfo2().uordblks;
  }
  const std::size_t played = 2 * 2 * sizeof(float) * 2 * 12 * kSampleRate;  // what the outputs have
  EXPECT_LT(mallinfo2().uordblks, used_early + played + (8u << 20));
  cluster.RunToEnd();
  ExpectUntouched(cluster);
}

}  // namespace
}  // namespace continuo::test
