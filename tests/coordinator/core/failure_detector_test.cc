// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/failure_detector.h"

#include <gtest/gtest.h>

#include <string>

namespace continuo::coordinator {
namespace {

constexpr Nanoseconds kMs = 1'000'000;
constexpr plan::NodeId kNode = 1;
constexpr plan::NodeId kWitness = 2;

/// Both nodes beat until `t` = 2 s; then only the witness does.
class FailureDetectorTest : public testing::Test {
 protected:
  FailureDetectorTest() {
    detector_.Attached(kNode, 0);
    detector_.Attached(kWitness, 0);
    Go(2000, true);
  }
  /// Goes on for that long, in ticks of 10 ms.
  void Go(int ms, bool node_beats) {
    for (int i = 0; i < ms / 10; ++i) {
      now_ += 10 * kMs;
      if (now_ % kBeatPeriod == 0) {
        detector_.Beat(kWitness, plan::Network::kBlue, now_);
        if (node_beats) detector_.Beat(kNode, plan::Network::kRed, now_);
      }
      detector_.Tick(now_);
    }
  }
  void Receive(std::uint64_t packets) {
    const ReceivedCount counts[] = {{kNode, packets}};
    detector_.Report(kWitness, counts, now_);
  }
  Liveness Node() const { return detector_.LivenessOf(kNode); }

  FailureDetector detector_;
  Nanoseconds now_ = 0;
};

TEST_F(FailureDetectorTest, MissesAreCountedFromTheLastBeat) {
  struct {
    int silent_ms;
    Liveness expected;
  } const kTable[] = {{100, Liveness::kAlive},
                      {150, Liveness::kAlive},
                      {160, Liveness::kSuspect},
                      {2000, Liveness::kSuspect},
                      {2010, Liveness::kDead}};
  int silent_ms = 0;
  for (const auto& row : kTable) {
    Go(row.silent_ms - silent_ms, false);
    silent_ms = row.silent_ms;
    EXPECT_EQ(Node(), row.expected) << row.silent_ms << " ms: " << ToString(Node());
  }
}

TEST_F(FailureDetectorTest, OneNetworkIsEnoughToLive) {
  Go(1000, true);  // on red only
  EXPECT_EQ(Node(), Liveness::kAlive);
  EXPECT_TRUE(detector_.HeardOn(kNode, plan::Network::kRed, now_));
  EXPECT_FALSE(detector_.HeardOn(kNode, plan::Network::kBlue, now_));
}

TEST_F(FailureDetectorTest, WhoseSoundArrivesIsNotDead) {
  Receive(100);
  Go(400, false);
  Receive(500);
  Go(100, false);
  EXPECT_EQ(Node(), Liveness::kSuspect);
  Receive(500);
  Go(10, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, ReportFromBeforeTheSilenceProvesNothing) {
  Receive(100);
  Go(10, true);
  Receive(100);  // nothing came since, but the node still beats
  Go(330, false);
  EXPECT_EQ(Node(), Liveness::kSuspect);
  Receive(100);
  Go(10, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, EndedStreamIsEvidence) {
  Receive(100);
  detector_.Left(kNode);
  Go(310, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, ReceiverThatNoLongerReportsIsNotAsked) {
  Receive(100);
  Go(1000, false);
  EXPECT_EQ(Node(), Liveness::kSuspect);
  Go(2500, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, SixMissesSufficeWhereReceiversMissItToo) {
  Receive(100);
  Go(100, false);
  Receive(100);
  Go(200, false);
  EXPECT_EQ(Node(), Liveness::kSuspect);
  Go(10, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, DeadStaysDeadUntilItBeats) {
  Go(2100, false);
  Receive(100);
  Receive(900);
  Go(100, false);
  EXPECT_EQ(Node(), Liveness::kDead);
  Go(50, true);
  EXPECT_EQ(Node(), Liveness::kAlive);
}

TEST_F(FailureDetectorTest, OwnStallIsHeldAgainstNobody) {
  now_ += 5000 * kMs;
  EXPECT_TRUE(detector_.Tick(now_).empty());
  EXPECT_EQ(Node(), Liveness::kAlive);
  EXPECT_EQ(detector_.stall_max(), 5000 * kMs);
}

TEST_F(FailureDetectorTest, SilenceAfterAnOwnStallStillCounts) {
  now_ += 5000 * kMs;
  detector_.Tick(now_);
  Go(2010, false);
  EXPECT_EQ(Node(), Liveness::kDead);
}

TEST_F(FailureDetectorTest, NewcomerHasTimeForItsFirstBeat) {
  detector_.Attached(9, now_);
  Go(1000, true);
  EXPECT_EQ(detector_.LivenessOf(9), Liveness::kAlive);
  Go(2010, true);
  EXPECT_EQ(detector_.LivenessOf(9), Liveness::kDead);
}

TEST_F(FailureDetectorTest, BeatsOfWhoNeverAttachedAreIgnored) {
  detector_.Beat(7, plan::Network::kRed, now_);
  EXPECT_EQ(detector_.LivenessOf(7), Liveness::kDetached);
}

}  // namespace
}  // namespace continuo::coordinator
