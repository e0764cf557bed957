// SPDX-License-Identifier: Apache-2.0
#include "agent/core/joins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo::agent::core {
namespace {

using plan::Origin;
using plan::ReplicaState;
using plan::Role;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr plan::NodeId kSelf = 9;

template <typename T>
std::vector<T> All(const Joins::Effects& effects) {
  std::vector<T> all;
  for (const JoinEffect& effect : effects) {
    if (const T* const one = std::get_if<T>(&effect)) all.push_back(*one);
  }
  return all;
}

class JoinsTest : public testing::Test {
 protected:
  /// A task with a founder on node 1 and `here` on this node.
  void Add(plan::TaskId id, plan::Replica here) {
    plan::Task& task = plan_.tasks.emplace_back();
    task.description.id = id;
    here.node = kSelf;
    task.replicas = {{1, 1}, here};
    seen_.push_back(
        {{id, here.incarnation},
         here.role == Role::kWitness ? ReplicaState::kWitness : ReplicaState::kSubscribed});
  }
  void AddJoiner(plan::TaskId id) { Add(id, {0, 2, Origin::kJoiner}); }
  Joins::Effects Follow() { return joins_.Follow(plan_, kSelf, {{1, "a:1"}, {kSelf, "self:1"}}); }
  Joins::Effects See() { return joins_.See(seen_, now_); }

  Nanoseconds now_ = 7'000'000'000;
  plan::Plan plan_;
  std::vector<ReplicaSeen> seen_;
  Joins joins_;
};

TEST_F(JoinsTest, FoundersAreNobodysBusiness) {
  Add(5, {0, 2});
  Follow();
  EXPECT_THAT(See(), IsEmpty());
  EXPECT_EQ(joins_.ProgressOf({5, 2}), nullptr);
}

TEST_F(JoinsTest, JoinerFetchesFromTheMemberAndNotFromItself) {
  AddJoiner(5);
  Follow();
  const auto fetches = All<FetchState>(See());
  ASSERT_EQ(fetches.size(), 1u);
  EXPECT_EQ(fetches[0].donor, 1);
  EXPECT_TRUE(joins_.IsFetching({5, 2}));
  const auto learns =
      All<LearnState>(joins_.On(StateFetched{fetches[0].fetch, "", false, 70, 10}, now_));
  ASSERT_EQ(learns.size(), 1u);
  EXPECT_EQ(learns[0].replica, (ReplicaKey{5, 2}));
  joins_.On(StateLearned{{5, 2}, true}, now_);
  EXPECT_FALSE(joins_.IsFetching({5, 2}));
}

TEST_F(JoinsTest, PlanThatFollowsDoesNotDisturbAJoinUnderWay) {
  AddJoiner(5);
  Follow();
  const auto fetches = All<FetchState>(See());
  AddJoiner(6);
  EXPECT_THAT(Follow(), IsEmpty());
  EXPECT_TRUE(joins_.IsFetching({5, 2}));
  EXPECT_THAT(All<LearnState>(joins_.On(StateFetched{fetches[0].fetch, "", false, 70, 10}, now_)),
              testing::SizeIs(1));
}

TEST_F(JoinsTest, JoinThatThePlanDroppedIsEnded) {
  AddJoiner(5);
  Follow();
  const auto fetches = All<FetchState>(See());
  plan_.tasks[0].replicas.pop_back();
  const auto abandoned = All<AbandonFetch>(Follow());
  ASSERT_EQ(abandoned.size(), 1u);
  EXPECT_EQ(abandoned[0].fetch, fetches[0].fetch);
  EXPECT_THAT(joins_.On(StateFetched{fetches[0].fetch, "", false, 70, 10}, now_), IsEmpty());
  EXPECT_EQ(joins_.ProgressOf({5, 2}), nullptr);
}

TEST_F(JoinsTest, NewIncarnationBeginsFromTheBeginning) {
  AddJoiner(5);
  Follow();
  See();
  plan_.tasks[0].replicas[1].incarnation = 3;
  EXPECT_THAT(All<AbandonFetch>(Follow()), testing::SizeIs(1));
  seen_[0].replica.incarnation = 3;
  const auto fetches = All<FetchState>(See());
  ASSERT_EQ(fetches.size(), 1u);
  EXPECT_EQ(fetches[0].replica.incarnation, 3u);
  EXPECT_EQ(fetches[0].fetch, 2u) << "numbers are never used twice";
}

TEST_F(JoinsTest, SomeStatesAtATimeAndJoinersBeforeWitnesses) {
  Add(2, {0, 2, Origin::kFounder, Role::kWitness});
  for (plan::TaskId id = 3; id < 4 + kMaxFetches; ++id) AddJoiner(id);
  Follow();
  const auto fetches = All<FetchState>(See());
  ASSERT_EQ(fetches.size(), static_cast<std::size_t>(kMaxFetches));
  EXPECT_EQ(fetches.front().replica.task, 3u);
  EXPECT_THAT(See(), IsEmpty());
  const auto more =
      All<FetchState>(joins_.On(StateFetched{fetches[0].fetch, "", false, 70, 10}, now_));
  ASSERT_EQ(more.size(), 1u);
  EXPECT_EQ(more[0].replica.task, static_cast<plan::TaskId>(3 + kMaxFetches));
}

TEST_F(JoinsTest, TimeIsLookedAtEvenIfTheAudioThreadSaysNothing) {
  AddJoiner(5);
  Follow();
  See();
  now_ += 5'000'000'000;
  EXPECT_THAT(All<AbandonFetch>(joins_.See({}, now_)), testing::SizeIs(1));
}

TEST_F(JoinsTest, WitnessResumesWhenAskedAndAJoinerDoesNot) {
  Add(2, {0, 2, Origin::kFounder, Role::kWitness});
  AddJoiner(5);
  Follow();
  const auto fetches = All<FetchState>(See());
  ASSERT_EQ(fetches.size(), 2u);
  joins_.On(StateFetched{fetches[1].fetch, "", false, 70, 10}, now_);
  joins_.On(StateLearned{{2, 2}, true, true}, now_);
  EXPECT_THAT(All<ResumeTask>(joins_.On(ResumeWanted{{2, 2}}, 0)), testing::SizeIs(1));
  EXPECT_THAT(joins_.On(ResumeWanted{{5, 2}}, 0), IsEmpty());
  EXPECT_THAT(joins_.On(ResumeWanted{{8, 8}}, 0), IsEmpty());
}

TEST_F(JoinsTest, StoppedShowEndsAllTransfers) {
  AddJoiner(5);
  AddJoiner(6);
  Follow();
  See();
  EXPECT_THAT(All<AbandonFetch>(joins_.Stop()), testing::SizeIs(2));
  EXPECT_THAT(See(), IsEmpty());
}

class DonorsTest : public testing::Test {
 protected:
  DonorsTest() { plan_.tasks.emplace_back().description.id = 5; }
  std::vector<plan::NodeId> Nodes() const {
    std::vector<plan::NodeId> nodes;
    for (const Donor& donor : DonorsOf(plan_, 5, kSelf, peers_)) nodes.push_back(donor.node);
    return nodes;
  }
  std::vector<plan::Replica>& replicas() { return plan_.tasks[0].replicas; }
  plan::Plan plan_;
  std::vector<plan::Peer> peers_ = {{1, "a"}, {2, "b"}, {3, "c"}, {4, "d"}};
};

TEST_F(DonorsTest, WhoLeavesGivesOnlyIfNobodyElseDoes) {
  replicas() = {{1, 1, Origin::kFounder, Role::kCompute, true}, {2, 2}};
  EXPECT_THAT(Nodes(), ElementsAre(2, 1));
}

TEST_F(DonorsTest, WitnessesAndNodesWithoutAServerGiveNothing) {
  replicas() = {{1, 1, Origin::kFounder, Role::kWitness}, {7, 2}, {3, 3}, {kSelf, 4}};
  EXPECT_THAT(Nodes(), ElementsAre(3));
}

TEST_F(DonorsTest, NodeWithLessToDoIsAskedFirstThenTheOlderReplica) {
  replicas() = {{1, 1}, {2, 2}, {3, 3}};
  plan_.tasks.emplace_back().replicas = {{1, 1}};
  EXPECT_THAT(Nodes(), ElementsAre(2, 3, 1));
}

TEST_F(DonorsTest, TaskThatIsNotInThePlanHasNone) {
  plan_.tasks.clear();
  EXPECT_THAT(Nodes(), IsEmpty());
}

}  // namespace
}  // namespace continuo::agent::core
