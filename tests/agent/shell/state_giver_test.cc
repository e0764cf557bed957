// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/state_giver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <optional>

namespace continuo::agent {
namespace {

using handoff::Command;
using handoff::SnapshotSlot;
using plan::ReplicaState;
using testing::HasSubstr;
using Answer = StateGiven::Answer;

/// The test is the agent's loop and the audio thread; wishes come from threads of their own.
class StateGiverTest : public testing::Test {
 protected:
  StateGiverTest() { AddReplica(12, ReplicaState::kInSync); }
  void AddReplica(Incarnation incarnation, ReplicaState state) {
    handoff::ReplicaCounters replica;
    replica.task = 5;
    replica.incarnation = incarnation;
    replica.state = state;
    replica.state_bytes = 100;
    counters_.replicas.push_back(replica);
  }
  std::future<StateGiven> Wish(const StateWish& wish = {5, 3, 0, false}) {
    return std::async(std::launch::async, [this, wish] { return giver_.Give(wish); });
  }
  /// Turns the loop until a snapshot is wanted from the audio thread.
  SnapshotSlot* Wanted() {
    Command command;
    while (!line_.commands.TryReceive(command)) giver_.Turn(line_, counters_);
    EXPECT_EQ(command.kind, Command::Kind::kSnapshot);
    EXPECT_EQ(command.task, 5u);
    return command.slot;
  }
  void Write(SnapshotSlot* slot, std::uint16_t generation) {
    handoff::ImageHead head;
    head.task = 5;
    head.generation = generation;
    head.next = 700;
    head.body_bytes = 8;
    handoff::EncodeImageHead(head, std::span<std::uint8_t, handoff::kImageHeadBytes>(
                                       slot->bytes.data(), handoff::kImageHeadBytes));
    slot->used = handoff::kImageHeadBytes + 8;
    slot->next = 700;
    slot->incarnation = 12;
    Return(slot, SnapshotSlot::Result::kWritten);
  }
  void Return(SnapshotSlot* slot, SnapshotSlot::Result result) {
    slot->result = result;
    line_.snapshots.TrySend(slot);
  }
  /// Turns the loop until the wish is answered.
  StateGiven Get(std::future<StateGiven>& wish) {
    do giver_.Turn(line_, counters_);
    while (wish.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready);
    return wish.get();
  }

  handoff::Line line_;
  handoff::Counters counters_;
  StateGiver giver_;
};

TEST_F(StateGiverTest, GivesWhatTheAudioThreadWroteAndNoMore) {
  auto wish = Wish();
  Write(Wanted(), 3);
  const StateGiven given = Get(wish);
  ASSERT_EQ(given.answer, Answer::kGiven) << given.why;
  EXPECT_EQ(given.state.bytes.size(), handoff::kImageHeadBytes + 8);
  EXPECT_EQ(given.state.next, 700);
  EXPECT_EQ(given.state.incarnation, 12u);
  EXPECT_FALSE(given.state.tainted);
}

TEST_F(StateGiverTest, StateThatHasGrownIsAskedForAgainWithRoom) {
  auto wish = Wish();
  SnapshotSlot* slot = Wanted();
  const std::size_t room = slot->bytes.size();
  EXPECT_GE(room, 100u);
  slot->needed = 3 * room;
  Return(slot, SnapshotSlot::Result::kTooSmall);
  slot = Wanted();
  EXPECT_GE(slot->bytes.size(), 3 * room);
  Write(slot, 3);
  EXPECT_EQ(Get(wish).answer, Answer::kGiven);
}

TEST_F(StateGiverTest, StateThatIsTooOldIsWaitedForAndNotRefused) {
  auto wish = Wish({5, 3, 650, false});
  for (int i = 0; i < 3; ++i) {
    SnapshotSlot* const slot = Wanted();
    EXPECT_EQ(slot->not_before, 650);
    Return(slot, SnapshotSlot::Result::kNotYet);
  }
  Write(Wanted(), 3);
  EXPECT_EQ(Get(wish).answer, Answer::kGiven);
}

TEST_F(StateGiverTest, StateThatNeverIsNewEnoughIsToldApartFromAThreadThatHangs) {
  auto wish = Wish({5, 3, 650, false});
  while (wish.wait_for(std::chrono::milliseconds(0)) != std::future_status::ready) {
    giver_.Turn(line_, counters_);
    Command command;
    if (line_.commands.TryReceive(command)) {
      Return(command.slot, SnapshotSlot::Result::kNotYet);
    }
  }
  const StateGiven given = wish.get();
  EXPECT_EQ(given.answer, Answer::kNotNow);
  EXPECT_THAT(given.why, HasSubstr("behind"));
}

TEST_F(StateGiverTest, AudioThreadIsNotTroubledForWhatItCannotGive) {
  auto other = Wish({6, 3, 0, false});
  EXPECT_EQ(Get(other).answer, Answer::kNotHere);
  for (const ReplicaState state :
       {ReplicaState::kSubscribed, ReplicaState::kCatchUp, ReplicaState::kShadow,
        ReplicaState::kWitness, ReplicaState::kFenced, ReplicaState::kRetired}) {
    counters_.replicas[0].state = state;
    auto wish = Wish();
    const StateGiven given = Get(wish);
    EXPECT_EQ(given.answer, Answer::kNotNow);
    EXPECT_THAT(given.why, HasSubstr(plan::ToString(state)));
  }
  Command command;
  EXPECT_FALSE(line_.commands.TryReceive(command));
}

TEST_F(StateGiverTest, TaintedStateIsGivenOnlyToWhoTakesIt) {
  counters_.replicas[0].state = ReplicaState::kTainted;
  auto wish = Wish();
  EXPECT_EQ(Get(wish).answer, Answer::kNotNow);
  wish = Wish({5, 3, 0, true});
  Write(Wanted(), 3);
  const StateGiven given = Get(wish);
  EXPECT_EQ(given.answer, Answer::kGiven);
  EXPECT_TRUE(given.state.tainted);
}

TEST_F(StateGiverTest, ReplicaThatJoinsIsNotTakenForTheOneThatLeaves) {
  counters_.replicas[0].state = ReplicaState::kRetired;
  AddReplica(13, ReplicaState::kInSync);
  auto wish = Wish();
  Write(Wanted(), 3);
  EXPECT_EQ(Get(wish).answer, Answer::kGiven);
}

TEST_F(StateGiverTest, StateOfAnotherLineageIsNotGiven) {
  auto wish = Wish();
  Write(Wanted(), 4);
  EXPECT_EQ(Get(wish).answer, Answer::kNotHere);
}

TEST_F(StateGiverTest, AudioThreadThatHangsKeepsNobodyAndMayComeBackLate) {
  auto wish = Wish();
  SnapshotSlot* const slot = Wanted();
  EXPECT_EQ(Get(wish).answer, Answer::kNoAnswer);
  Write(slot, 3);  // still there to be written to
  giver_.Turn(line_, counters_);
  wish = Wish();
  Write(Wanted(), 3);
  EXPECT_EQ(Get(wish).answer, Answer::kGiven);
}

TEST_F(StateGiverTest, NobodyWaitsWhenTheAgentEnds) {
  auto wish = Wish();
  Wanted();
  giver_.Close();
  EXPECT_EQ(wish.get().answer, Answer::kNoAnswer);
  EXPECT_EQ(giver_.Give({5, 3, 0, false}).answer, Answer::kNoAnswer);
}

}  // namespace
}  // namespace continuo::agent
