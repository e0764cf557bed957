// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/load_watch.h"

#include <gtest/gtest.h>

#include "coordinator/core/load_relief.h"

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kStatusPeriod = 250'000'000;
constexpr int kQuantum = 48;

/// One node with two replicas that says every quarter of a second what they take; what is raised is believed.
class LoadWatchTest : public testing::Test {
 protected:
  LoadWatchTest() {
    ledger_.plan.quantum = kQuantum;
    AddReplica(1);
    AddReplica(2);
  }

  void AddReplica(dsp::TaskId task) {
    ReplicaRecord& record = ledger_.replicas.emplace_back();
    record.task = task;
    record.incarnation = task;
    record.node = 1;
  }

  /// Percent of the budget for both together, for so long; how often that was raised.
  int Say(int percent, Nanoseconds duration) {
    int raised = 0;
    for (const Nanoseconds end = now_ + duration; now_ < end; now_ += kStatusPeriod) {
      plan::Status status;
      for (const ReplicaRecord& record : ledger_.replicas) {
        plan::ReplicaStatus& said = status.replicas.emplace_back();
        said.task = record.task;
        said.incarnation = record.incarnation;
        said.state = plan::ReplicaState::kInSync;
        said.process_ns_mean =
            static_cast<std::uint64_t>(kBudgetNsPerFrame * percent / 200 * kQuantum);
      }
      Effects effects;
      watch_.Weigh(ledger_, 1, status, now_, effects);
      for (const Effect& effect : effects) {
        TakeLoad(ledger_, std::get<LoadMeasured>(std::get<Raise>(effect).input.what), now_, said_);
        ++raised;
      }
    }
    return raised;
  }

  std::int64_t Believed() const {
    return (ledger_.replicas[0].cost_ns + ledger_.replicas[1].cost_ns) * 100 / kBudgetNsPerFrame;
  }

  Ledger ledger_;
  LoadWatch watch_;
  Effects said_;
  Nanoseconds now_ = 20'000'000'000;
};

TEST_F(LoadWatchTest, WhatNobodyKnewIsBelievedOnceAndThenIsNoNews) {
  EXPECT_EQ(Say(40, 30'000'000'000), 1);
  EXPECT_NEAR(static_cast<double>(Believed()), 40, 1);
}

TEST_F(LoadWatchTest, AMomentOfSlownessIsNotBelieved) {
  Say(40, 3'000'000'000);
  EXPECT_EQ(Say(400, kLoadPatience - kStatusPeriod), 0);
  EXPECT_EQ(Say(40, 1'000'000'000), 0);
  EXPECT_NEAR(static_cast<double>(Believed()), 40, 1);
}

TEST_F(LoadWatchTest, OfWhatWaversTheLeastIsBelieved) {
  Say(40, 3'000'000'000);
  for (int i = 0; i < 6; ++i) {
    Say(60, 500'000'000);
    Say(95, 500'000'000);
  }
  EXPECT_NEAR(static_cast<double>(Believed()), 60, 1);
}

TEST_F(LoadWatchTest, NoiseIsNoNews) {
  Say(40, 3'000'000'000);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(Say(i % 2 == 0 ? 33 : 47, 500'000'000), 0);
}

TEST_F(LoadWatchTest, AnOverfullNodeIsRaisedAgainAsLongAsItIs) {
  Say(95, 3'000'000'000);
  EXPECT_EQ(Say(95, 3 * (kLoadReminder + kLoadPatience)), 3);
  EXPECT_EQ(Say(70, 30'000'000'000), 1) << "once, for it differs";
}

TEST_F(LoadWatchTest, AReplicaThatCameIsMeasuredFromThenOn) {
  Say(40, 3'000'000'000);
  AddReplica(3);
  EXPECT_EQ(Say(40, kLoadPatience), 0);
  EXPECT_EQ(Say(40, 1'000'000'000), 1);
  EXPECT_GT(ledger_.replicas[2].cost_ns, 0);
}

}  // namespace
}  // namespace continuo::coordinator
