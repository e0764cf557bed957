// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/core/part_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/mcu/slices.h"
#include "proto/replica/life.h"

namespace continuo::mcu {
namespace {

using plan::IncidentKind;
using testing::IsEmpty;

constexpr MediaTime kNow = 500'000;

class PartNewsTest : public testing::Test {
 protected:
  /// What is told when the board says this of its part.
  std::vector<plan::Incident> Says(const PartReport& part) {
    Report report;
    report.parts.push_back(part);
    return news_.Take(played_, report, kNow);
  }
  PartReport Part(JoinStage join, replica::State state = replica::State::kInSync) const {
    PartReport part;
    part.part = played_[0].self;
    part.state = static_cast<std::uint8_t>(state);
    part.join = join;
    part.next = 5000;
    part.joined_from = join == JoinStage::kJoined ? 4000 : 0;
    return part;
  }

  const std::vector<Slice> played_{SomeSlice()};
  PartNews news_;
};

TEST_F(PartNewsTest, AFailedJoinIsToldOnceWithItsReason) {
  PartReport part = Part(JoinStage::kSubscribed, replica::State::kEmpty);
  EXPECT_THAT(Says(part), IsEmpty());
  part.failure = "its state came too late";
  const auto news = Says(part);
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].kind, IncidentKind::kJoinFailed);
  EXPECT_EQ(news[0].task, played_[0].task.id);
  EXPECT_EQ(news[0].incarnation, played_[0].self);
  EXPECT_EQ(news[0].n, kNow);
  EXPECT_EQ(news[0].text, "a replica of hall could not join: its state came too late");
  EXPECT_THAT(Says(part), IsEmpty());
  EXPECT_THAT(news_.Take(played_, Report{}, kNow), IsEmpty()) << "a report without it";
  EXPECT_THAT(Says(part), IsEmpty());
  part.state = static_cast<std::uint8_t>(replica::State::kClosed);
  EXPECT_THAT(Says(part), IsEmpty()) << "who never came has not left";
}

TEST_F(PartNewsTest, AFailureOfBeforeABridgeBeganIsNews) {
  PartReport part = Part(JoinStage::kSubscribed, replica::State::kEmpty);
  part.failure = "its state came too late";
  EXPECT_EQ(Says(part).size(), 1u);
}

TEST_F(PartNewsTest, WhoHasJoinedAndLeftSaysFromWhichSampleOn) {
  EXPECT_THAT(Says(Part(JoinStage::kShadow)), IsEmpty());
  auto news = Says(Part(JoinStage::kJoined));
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].kind, IncidentKind::kJoined);
  EXPECT_EQ(news[0].n, 4000 * played_[0].quantum);
  EXPECT_THAT(Says(Part(JoinStage::kJoined)), IsEmpty());
  news = Says(Part(JoinStage::kJoined, replica::State::kClosed));
  ASSERT_EQ(news.size(), 1u);
  EXPECT_EQ(news[0].kind, IncidentKind::kRetired);
  EXPECT_EQ(news[0].n, 5000 * played_[0].quantum);
}

TEST_F(PartNewsTest, WhoJoinedBeforeABridgeBeganIsNoNews) {
  EXPECT_THAT(Says(Part(JoinStage::kJoined)), IsEmpty());
  EXPECT_THAT(Says(Part(JoinStage::kJoined)), IsEmpty());
  news_.Take({}, Report{}, kNow);
  EXPECT_THAT(Says(Part(JoinStage::kNone)), IsEmpty()) << "a founder has not joined";
}

}  // namespace
}  // namespace continuo::mcu
