// SPDX-License-Identifier: Apache-2.0
// The state of the agreement as bytes: what it brings, and when it is refused. In brackets: the rule that each test
// guards.
#include <gtest/gtest.h>

#include "proto/replica/joining.h"

namespace continuo::replica {
namespace {

TEST(Join, WhatIsYetToComeTravelsInTheSnapshot) {  // [pending entries in the snapshot]
  Hand hand(2);
  hand.Live({1, 2}, 5);
  hand[1].Submit(Gain(1, hand.In(200)), hand.now());
  hand[1].Submit(Gain(2, hand.In(Hand::kPromise)), hand.now());
  hand.Live({1, 2}, 60);  // 2 is played and forgotten; 1 has the smaller index
  const int j = hand.Join();
  hand.Live({1, 2, j}, 5);
  ASSERT_GT(hand.Message(j, 1).ack, 0u) << "it did not hear of the log's beginning";
  ASSERT_TRUE(hand.Learn(j, 1));
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[1].evseq(), 3u) << "two gains and a join";
  EXPECT_EQ(hand[j].evseq(), 3u);
}

TEST(Join, WhatActedBeforeIsKnownToWhoComesAndToWhoComesAfterThem) {  // [acted ids in the snapshot]
  Hand hand(1);
  hand.Live({1}, 5);
  const Event early = Gain(7, hand.In(Hand::kPromise));
  hand[1].Submit(early, hand.now());
  for (EventId id = 8; id < 8 + Replica::kActedTold - 10; ++id) {
    hand[1].Submit(Gain(id, hand.In(Hand::kPromise)), hand.now());
    hand.Live({1}, 60);
  }
  int last = 1;
  for (int moves = 0; moves < 2; ++moves) {
    const int j = hand.Join();
    hand.Live({last, j}, 5);
    ASSERT_TRUE(hand.Learn(j, last));
    hand.Live({last, j}, kWhile);
    ASSERT_EQ(hand[j].state(), State::kInSync);
    hand.Live({j}, kWhile);  // who was there before is gone
    last = j;
  }
  EXPECT_EQ(hand[last].VerdictOf(early.id, early.at), Verdict::kCommitted);
  EXPECT_EQ(hand[last].VerdictOf(9999, early.at), Verdict::kNone) << "it may have been forgotten";
}

TEST(Join, ASnapshotFromBeforeItListenedIsRefused) {  // [Completes]
  Hand hand(2);
  hand.Live({1, 2}, 5);
  const std::vector<std::uint8_t> old = hand.Image(1);
  for (EventId id = 1; id <= 5; ++id) {
    hand[2].Submit(Gain(id, hand.In(Hand::kPromise)), hand.now());
    hand.Live({1, 2}, 60);
  }
  const int j = hand.Join();
  hand.Live({1, 2, j}, 5);
  EXPECT_FALSE(hand.Learn(j, old));
  EXPECT_TRUE(hand[j].bare());
  EXPECT_TRUE(hand.Learn(j, 1));
}

TEST(Join, ASnapshotThatDoesNotKnowAMemberIsRefused) {  // [Completes: the image lacks him]
  Hand hand(1);
  hand.Live({1}, 30);
  const int second = Learner(hand, {1}, 1);
  const std::vector<std::uint8_t> before = hand.Image(1);
  hand.Live({1, second}, kWhile);
  ASSERT_EQ(hand[second].state(), State::kInSync);
  hand.Live({second}, 30);  // 1 is dead
  hand[second].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  hand.Live({second}, 60);
  const int j = hand.Join();
  hand.Live({second, j}, 5);
  EXPECT_FALSE(hand.Learn(j, before));
  EXPECT_TRUE(hand.Learn(j, second));
}

TEST(Image, ThatIsCutOffOrForeignLeavesTheReplicaBare) {
  Hand hand(2);
  hand.Live({1, 2}, 5);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise + 50)), hand.now());
  hand.Live({1, 2}, 2);
  const int j = hand.Join();
  hand.Live({1, 2, j}, 3);
  const std::vector<std::uint8_t> image = hand.Image(1);
  ASSERT_LE(image.size(), Replica::kMaxSnapshotBytes);
  for (std::size_t size = 0; size < image.size(); ++size) {
    EXPECT_FALSE(hand.Learn(j, {image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size)}))
        << size;
  }
  const auto refused = [&](std::size_t at, std::uint8_t value) {
    std::vector<std::uint8_t> bytes = image;
    bytes[at] = value;
    EXPECT_FALSE(hand.Learn(j, bytes)) << at;
  };
  refused(0, 3);                              // version
  refused(1, 8);                              // task
  refused(5, 96);                             // quantum
  refused(14, 0xff);                          // a packet at the end of time
  refused(19, 2);                             // neither tainted nor not
  refused(20, static_cast<std::uint8_t>(j));  // from itself
  refused(36, 17);                            // more fellows than there may be
  refused(37, Replica::kActedTold + 1);       // of more that acted than are told
  refused(40 + 12, 0x80);                     // an unknown flag
  refused(image.size() - 1, 0xff);            // in the log of a fellow that is not there
  EXPECT_TRUE(hand[j].bare());
  EXPECT_TRUE(hand.Learn(j, image));
}

TEST(Image, IsGivenOnlyByThoseWhoCompute) {
  Hand hand(1);
  hand.Live({1}, 5);
  const int j = Learner(hand, {1}, 1);
  const int next = hand.Join();
  EXPECT_FALSE(hand.Learn(next, j));
  EXPECT_TRUE(hand.Learn(next, 1));
}

}  // namespace
}  // namespace continuo::replica
