// SPDX-License-Identifier: Apache-2.0
#include "agent/core/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

using plan::ReplicaState;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Nanoseconds kMs = 1'000'000;
constexpr ReplicaKey kSelf{5, 12};

template <typename T>
const T* Only(const std::vector<JoinEffect>& effects) {
  return effects.size() == 1 ? std::get_if<T>(&effects.front()) : nullptr;
}

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() {
    witness_.Know({{1, "a:1"}, {2, "b:1"}});
    witness_.See({kSelf, ReplicaState::kWitness});
  }
  void Wait(Nanoseconds ms) { now_ += ms * kMs; }
  std::optional<FetchState> Begin() { return witness_.Begin(++fetch_, now_); }
  std::vector<JoinEffect> Arrive(std::string error, PacketIndex next = 0, std::uint64_t bytes = 9) {
    return witness_.On(StateFetched{fetch_, std::move(error), false, next, bytes}, now_);
  }
  /// The audio thread has looked at the checkpoint that came.
  std::vector<JoinEffect> Taken(bool taken = true) {
    return witness_.On(StateLearned{kSelf, taken, true}, now_);
  }
  std::vector<JoinEffect> Resumed(bool taken) {
    return witness_.On(StateLearned{kSelf, taken, false}, now_);
  }
  std::vector<JoinEffect> Want() { return witness_.On(ResumeWanted{kSelf}, now_); }

  Nanoseconds now_ = 5'000 * kMs;
  std::uint32_t fetch_ = 0;
  Witness witness_{kSelf, 3};
};

TEST_F(WitnessTest, FetchesACheckpointEverySecondAndKeepsTheLast) {
  Begin();
  Arrive("", 300);
  Taken();
  Wait(200);
  const auto fetch = Begin();
  ASSERT_TRUE(fetch.has_value());
  EXPECT_TRUE(fetch->checkpoint);
  EXPECT_TRUE(fetch->may_be_tainted) << "the only replica there is";
  Wait(100);
  const auto effects = Arrive("", 400);
  ASSERT_NE(Only<KeepCheckpoint>(effects), nullptr);
  EXPECT_EQ(Only<KeepCheckpoint>(effects)->fetch, fetch_);
  EXPECT_EQ(witness_.checkpoint(), 300) << "the audio thread has not seen it yet";
  EXPECT_THAT(Taken(), IsEmpty());
  EXPECT_EQ(witness_.checkpoint(), 400);
  Wait(899);
  EXPECT_FALSE(Begin().has_value());
  Wait(1);
  EXPECT_EQ(Begin()->not_before, 400);
}

TEST_F(WitnessTest, TheFirstCheckpointIsSoonReplacedByANewerOne) {
  Begin();
  Arrive("", 400);
  Taken();
  Wait(199);
  EXPECT_FALSE(Begin().has_value());
  Wait(1);
  EXPECT_EQ(Begin()->not_before, 400);
  Arrive("", 500);
  Taken();
  Wait(999);
  EXPECT_FALSE(Begin().has_value());
  Wait(1);
  EXPECT_TRUE(Begin().has_value());
}

TEST_F(WitnessTest, LargeStateIsFetchedLessOften) {
  Begin();
  Arrive("", 400, 2 << 20);
  Wait(3'999);
  EXPECT_FALSE(Begin().has_value());
  Wait(1);
  EXPECT_TRUE(Begin().has_value());
}

TEST_F(WitnessTest, NothingIsFetchedForAWitnessThatIsNotThere) {
  Witness absent(kSelf, 3);
  absent.Know({{1, "a:1"}});
  absent.See({kSelf, ReplicaState::kEmpty});
  EXPECT_FALSE(absent.Begin(1, now_).has_value());
}

TEST_F(WitnessTest, FailureKeepsTheOldCheckpointAndAsksAnother) {
  Begin();
  Arrive("", 400);
  Taken();
  Wait(1'000);
  EXPECT_EQ(Begin()->donor, 1);
  EXPECT_NE(Only<StateRefused>(Arrive("sent other bytes than it announced")), nullptr);
  EXPECT_EQ(witness_.checkpoint(), 400);
  EXPECT_THAT(witness_.progress().error, HasSubstr("other bytes"));
  Wait(500);
  EXPECT_EQ(Begin()->donor, 2);
  Arrive("", 500);
  Taken();
  EXPECT_EQ(witness_.progress().error, "");
}

TEST_F(WitnessTest, DonorThatHangsIsLeft) {
  Begin();
  Wait(1'000);
  const auto effects = witness_.Tick(now_);
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<AbandonFetch>(effects[0]));
  EXPECT_TRUE(std::holds_alternative<StateRefused>(effects[1]));
  EXPECT_THAT(Arrive("", 400), IsEmpty()) << "late";
  Wait(500);
  EXPECT_EQ(Begin()->donor, 2);
}

TEST_F(WitnessTest, DonorThatIsAwayForLongIsToldOnce) {
  witness_.Know({{1, "a:1"}});
  for (std::size_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(Begin().has_value());
    EXPECT_EQ(Arrive("does not answer").size(), i == 0 ? 1u : 0u);
    Wait(500);
  }
}

TEST_F(WitnessTest, ResumesFromItsCheckpointOnce) {
  Begin();
  Arrive("", 400);
  Taken();
  EXPECT_NE(Only<ResumeTask>(Want()), nullptr);
  EXPECT_THAT(Want(), IsEmpty()) << "asked again while it is being restored";
  Resumed(true);
  EXPECT_TRUE(witness_.resumed());
  EXPECT_THAT(Want(), IsEmpty());
  Wait(10'000);
  EXPECT_FALSE(Begin().has_value()) << "it computes: there is nobody to ask";
}

TEST_F(WitnessTest, FetchFromTheDeadIsEndedBeforeItResumes) {
  Begin();
  Arrive("", 400);
  Taken();
  Wait(1'000);
  Begin();
  const auto effects = Want();
  ASSERT_EQ(effects.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<AbandonFetch>(effects[0]));
  EXPECT_TRUE(std::holds_alternative<ResumeTask>(effects[1]));
}

TEST_F(WitnessTest, RefusedCheckpointIsTriedAgainWhenAsked) {
  Begin();
  Arrive("", 400);
  Taken();
  Want();
  Resumed(false);
  EXPECT_FALSE(witness_.resumed());
  EXPECT_NE(Only<ResumeTask>(Want()), nullptr);
}

TEST_F(WitnessTest, CheckpointThatDoesNotFitToWhatWasHeardLeavesTheOldOne) {
  Begin();
  Arrive("", 400);
  Taken();
  Wait(1'000);
  Begin();
  Arrive("", 390);
  EXPECT_NE(Only<StateRefused>(Taken(false)), nullptr);
  EXPECT_EQ(witness_.checkpoint(), 400);
  Wait(500);
  EXPECT_EQ(Begin()->donor, 2);
}

TEST_F(WitnessTest, CheckpointThatWasOnItsWayWhenItResumesChangesNothing) {
  Begin();
  Arrive("", 400);
  Taken();
  Wait(1'000);
  Begin();
  Arrive("", 500);
  EXPECT_NE(Only<ResumeTask>(Want()), nullptr);
  Taken();
  EXPECT_FALSE(witness_.resumed());
  Resumed(true);
  EXPECT_TRUE(witness_.resumed());
}

TEST_F(WitnessTest, DeathBeforeTheFirstCheckpointIsToldOnce) {
  const GiveUp* const given_up = Only<GiveUp>(Want());
  EXPECT_NE(given_up, nullptr);
  EXPECT_THAT(witness_.progress().error, HasSubstr("before it gave a checkpoint"));
  EXPECT_THAT(Want(), IsEmpty());
}

TEST_F(WitnessTest, WitnessThatHasResumedByItselfFetchesNoMore) {
  witness_.See({kSelf, ReplicaState::kInSync});
  EXPECT_TRUE(witness_.resumed());
  EXPECT_FALSE(Begin().has_value());
}

}  // namespace
}  // namespace continuo::agent::core
