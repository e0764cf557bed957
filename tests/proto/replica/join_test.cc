// SPDX-License-Identifier: Apache-2.0
// Joining: what a newcomer may believe, when it counts, and when it must not. In brackets: the rule that each test
// guards.
#include <gtest/gtest.h>

#include <algorithm>

#include "proto/replica/hand.h"

namespace continuo::replica {
namespace {

constexpr int kWhile = 300;  // periods in which a join comes to its end

bool Names(const wire::FellowMessage& message, int excluded) {
  return std::ranges::count(message.excluded, static_cast<Incarnation>(excluded)) > 0;
}

// A joiner that has learned, but was not admitted yet.
int Learner(Hand& hand, const std::vector<int>& members, int donor) {
  std::vector<int> all = members;
  const int j = hand.Join();
  all.push_back(j);
  hand.Live(all, 5);
  EXPECT_TRUE(hand.Learn(j, donor));
  return j;
}

TEST(Join, FromBareToInSync) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  EXPECT_TRUE(hand[j].bare());
  EXPECT_EQ(hand[j].state(), State::kLearning);
  hand.Live({1, 2, j}, 5);
  EXPECT_FALSE(hand[j].Proven()) << "it has no state";
  ASSERT_TRUE(hand.Learn(j, 1));
  EXPECT_FALSE(hand.Learn(j, 1)) << "once";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_TRUE(hand[j].hash_equal());
  EXPECT_EQ(hand[1].live_members(), 3);
  EXPECT_EQ(hand[j].live_members(), 3);
  EXPECT_EQ(hand[j].next(), hand[1].next());
  hand.Live({j}, 100);
  EXPECT_EQ(hand[j].live_members(), 1) << "and it carries on alone";
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[j].Submit(Gain(1, hand.In(90)), hand.now()), Admission::kAdmitted);
}

TEST(Join, OfOneThatIsSilentHarmsNobody) {  // [a learner's word is needed for nothing]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand.Join();
  hand.Live({1, 2}, 100);
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise);
}

TEST(
    Join,
    WaitsForAMemberThatDoesNotSpeakToItYet) {  // [heard by all: else it would take that for a death]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  const auto live_without_word_of_two = [&](int periods) {
    for (int p = 0; p < periods; ++p) {
      hand.Live({1, 2}, 1);
      hand[j].Tick(hand.now());
      for (const auto& [from, to] : {std::pair(1, j), std::pair(j, 1), std::pair(j, 2)})
        hand.Carry(from, to);
      for (int i = 0; i < 8 && hand[j].Proven(); ++i) {
        hand[j].Advance();
        if (hand[j].WantsHash()) {
          hand[j].NoteHash(hand[j].next(), static_cast<std::uint64_t>(hand[j].next()));
        }
      }
    }
  };
  live_without_word_of_two(5);
  ASSERT_TRUE(hand.Learn(j, 1));
  live_without_word_of_two(kWhile);
  EXPECT_FALSE(hand[j].hash_equal());
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[2].state(), State::kInSync) << "its plan was late, and nobody held it against it";
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[2].live_members(), 3);
}

TEST(Join, ComputesNothingThatNoMemberHasComputed) {  // [proven head]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand.Run({1, 2, j}, 3);
  hand.Play(j);
  EXPECT_EQ(hand[j].next(), std::max(hand[1].next(), hand[2].next()))
      << "though all promises reach beyond";
}

TEST(Join, FollowsNobodyWhoseLogIsNotAllHere) {  // [proven head: held >= log_end]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  hand.Live({1}, 10);
  wire::FellowMessage message = hand.Message(1, j);
  message.log_end += 1;
  hand[j].OnFellow(message, hand.now());
  EXPECT_FALSE(hand[j].Proven());
  hand.Carry(1, j);
  EXPECT_TRUE(hand[j].Proven());
}

TEST(Join, AppliesOnlyWhatTheOneItFollowsHasApplied) {  // [marks: which logs contain an event]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  // The last words of 2 reach nobody but the joiner.
  const Event event = Gain(1, hand.In(Hand::kPromise + 5));
  ASSERT_EQ(hand[2].Submit(event, hand.now()), Admission::kAdmitted);
  ASSERT_TRUE(hand.Carry(2, j));
  hand.Live({1, j}, kWhile);
  EXPECT_EQ(hand[j].evseq(), hand[1].evseq());
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[1].state(), State::kInSync)
      << "nor is the event pressed upon those who went on without";
  EXPECT_EQ(hand[j].VerdictOf(event.id, event.at), Verdict::kNone);
  EXPECT_EQ(hand[1].VerdictOf(event.id, event.at), Verdict::kExpired);
}

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

TEST(Join, EntriesOlderThanTheSnapshotNeitherTaintNorRepeat) {  // [Take: before my first packet]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = hand.Join();
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise + 2)), hand.now());
  hand.Live({1, 2, j}, 10);
  ASSERT_TRUE(hand.Learn(j, 1));
  ASSERT_GT(hand[j].evseq(), 0u) << "it has heard of it, and has it in its state";
  wire::FellowMessage late = hand.Message(2, j);
  late.entries.clear();
  late.entries.push_back(Gain(77, hand.In(-20)));
  late.base = hand.Message(j, 2).ack;
  late.log_end = late.base + 1;
  hand[j].OnFellow(late, hand.now());
  EXPECT_EQ(hand.Message(j, 2).ack, late.log_end) << "it counts as held";
  EXPECT_FALSE(hand.Message(j, 2).tainted);
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].evseq(), hand[1].evseq());
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

TEST(Join,
     IsNotGrantedToAnotherState) {  // [a joiner is never selected before its state hash matched]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand.Live({1, 2, j}, 2 * kWhile, j);
  EXPECT_EQ(hand[j].state(), State::kLearning);
  EXPECT_FALSE(hand[j].hash_equal());
  EXPECT_FALSE(hand[1].Needs(static_cast<Incarnation>(j)));
  Incarnation learner = 0;
  ASSERT_TRUE(hand[1].TakeMismatch(learner));
  EXPECT_EQ(learner, static_cast<Incarnation>(j));
  EXPECT_FALSE(hand[1].TakeMismatch(learner)) << "told once";
}

TEST(Join, IsNotGrantedWithoutAHash) {
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  for (int p = 0; p < kWhile; ++p) {
    hand.Run({1, j}, 1);
    hand.Play(1);
    hand.Play(j);
  }
  EXPECT_EQ(hand[j].state(), State::kLearning);
}

TEST(Join, OfTheTaintedIsNotGrantedByTheClean) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  hand[2].Taint();
  const int j = Learner(hand, {1, 2}, 2);
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kLearning);
}

TEST(Join, OfTheTaintedIsGrantedWhereNobodyIsClean) {
  Hand hand(1);
  hand[1].Taint();
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  hand.Live({1, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kTainted);
}

// Lives on until member 1 holds the JOIN of j.
void LiveUntilAdmitted(Hand& hand, const std::vector<int>& all, int j) {
  for (int p = 0; p < kWhile && !hand[1].Needs(static_cast<Incarnation>(j)); ++p) hand.Live(all, 1);
  ASSERT_TRUE(hand[1].Needs(static_cast<Incarnation>(j)));
  ASSERT_EQ(hand[j].state(), State::kLearning);
}

TEST(Join, WhatTheMembersAppliedCanBeToldWhenTheyAreGone) {  // [NoteFollowed]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  LiveUntilAdmitted(hand, {1, j}, j);
  const Event event = Gain(1, hand.In(Hand::kPromise + 1));
  ASSERT_EQ(hand[1].Submit(event, hand.now()), Admission::kAdmitted);
  ASSERT_LT(event.at, hand[j].joined_from() * Hand::kQuantum);
  EXPECT_EQ(hand[j].VerdictOf(1, event.at), Verdict::kNone);
  hand.Live({1, j}, kWhile);
  hand.Live({j}, kWhile);
  EXPECT_EQ(hand[j].VerdictOf(1, event.at), Verdict::kCommitted);
  EXPECT_EQ(hand[j].VerdictOf(2, event.at), Verdict::kNone) << "nor is anything else expired";
}

TEST(Join,
     BeginsALogAlsoForOneThatCameWhileItForgot) {  // [Enter: nobody has acknowledged any of it]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  for (EventId id = 1; id <= 5; ++id)
    hand[1].Submit(Gain(id, hand.In(Hand::kPromise + 1)), hand.now());
  for (int p = 0; p < Hand::kPromise + 5; ++p) {  // all is played, and nobody takes a hash
    hand.Run({1, j}, 1);
    hand.Play(1);
    hand.Play(j);
  }
  const int w = hand.Join(true);
  LiveUntilAdmitted(hand, {1, j}, j);
  hand.Live({1, j}, 2);
  const wire::FellowMessage message = hand.Message(j, w);
  ASSERT_EQ(message.standing, wire::Standing::kMember);
  EXPECT_EQ(message.base, 0u);
  EXPECT_GT(message.log_end, 0u);
}

TEST(Join, MakesAHolderAtOnce) {  // [AckedByAll counts whoever has a JOIN]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  const Event event = Gain(1, hand.In(Hand::kPromise + 9));
  ASSERT_EQ(hand[1].Submit(event, hand.now()), Admission::kAdmitted);
  hand.Exchange({1, 2});
  hand.Exchange({1, 2});
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kNone) << "the snapshot is no acknowledgement";
  hand.Exchange({1, 2, j});
  EXPECT_EQ(hand[1].VerdictOf(1, event.at), Verdict::kCommitted);
}

TEST(Join, WhoDiesRightAfterItIsExcludedBeforeAnythingIsLate) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  for (int p = 0; p < 3 * Hand::kSilence; ++p) {
    hand.Live({1, 2}, 1);
    EXPECT_GE(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise - Hand::kSilence);
  }
  EXPECT_EQ(hand[1].live_members(), 2);
  EXPECT_EQ(hand[1].next(), hand.now() / Hand::kQuantum + Hand::kPromise);
}

TEST(Join, WhoIsLeftAloneBeforeItsFirstPacketPlaysFlagged) {  // [GoOnAlone]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  LiveUntilAdmitted(hand, {1, 2, j}, j);
  hand.Live({2, j}, 2);
  hand.Live({j}, 2 * Hand::kSilence);
  EXPECT_EQ(hand[j].state(), State::kLearning) << "others may only be slow";
  hand.Live({j}, 2 * Hand::kSilence + 5);
  EXPECT_EQ(hand[j].state(), State::kTainted) << "what the dead went on to do it cannot know";
  EXPECT_TRUE(hand[j].next() > 0 && hand[j].joined_from() <= hand[j].next());
}

TEST(Join, WhoWentOnAloneGivesWayToOneThatWasBroughtToItsFirstPacket) {  // [GoOnAlone: unvouched]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  const int k = Learner(hand, {1, j}, 1);
  LiveUntilAdmitted(hand, {1, j, k}, j);
  hand.Live({1, j, k}, 3);
  ASSERT_TRUE(hand[1].Needs(static_cast<Incarnation>(k)));
  for (int p = 0; p < 5 * Hand::kSilence; ++p) {  // nobody hears the older one, and it hears nobody
    hand.Live(p < 4 * Hand::kSilence ? std::vector{1, k} : std::vector{k}, 1);
    hand[j].Tick(hand.now());
  }
  ASSERT_EQ(hand[j].state(), State::kTainted);
  ASSERT_EQ(hand[k].state(), State::kInSync);
  hand.Live({j, k}, 3);
  EXPECT_EQ(hand[j].state(), State::kEmpty);
  EXPECT_EQ(hand[k].state(), State::kInSync);
}

TEST(Join, WhatALearnerStillNeedsIsNotForgotten) {  // [ForgetPlayed: learners that are heard]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  const std::uint32_t held = hand.Message(j, 1).ack;
  for (int p = 0; p < 60; ++p) {  // it speaks, and hears nothing
    hand.Live({1, 2}, 1);
    hand[j].Tick(hand.now());
    hand.Carry(j, 1);
    hand.Carry(j, 2);
  }
  EXPECT_EQ(hand.Message(1, j).base, held);
  EXPECT_FALSE(hand[j].cut_off());
}

TEST(Join, WhoMissedWhatIsForgottenIsCutOffAndFallsSilent) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  hand[1].Submit(Gain(1, hand.In(Hand::kPromise)), hand.now());
  hand.Live({1, 2}, 100);
  hand.Carry(1, j);
  EXPECT_TRUE(hand[j].cut_off());
  EXPECT_TRUE(hand[j].Fellows().empty());
  EXPECT_FALSE(hand[j].Proven());
}

TEST(Join, ALearnerExcludesNobody) {
  Hand hand(2);
  hand.Live({1, 2}, 30);
  const int j = Learner(hand, {1, 2}, 1);
  for (int p = 0; p < 2 * Hand::kSilence; ++p) {
    hand.Live({1, 2}, 1);
    hand[j].Tick(hand.now());
  }
  EXPECT_TRUE(hand.Message(j, 1).excluded.empty());
}

TEST(Join, ANewcomerMustNameTheDeadBeforeItsPromiseCounts) {  // [GapOf: view; ListExcluded]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 2}, 60);
  ASSERT_FALSE(Names(hand.Message(1, 2), 3)) << "named long enough among those who know";
  const int j = hand.Join();
  EXPECT_TRUE(Names(hand.Message(1, j), 3));
  hand.Live({1, 2, j}, 5);
  ASSERT_TRUE(hand.Learn(j, 1));
  hand.Live({1, 2, j}, kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_FALSE(Names(hand.Message(1, j), 3)) << "and then it has been said enough";
}

TEST(Join, ExclusionsAreForgottenOnlyWhenShownAndHeard) {  // [Settled]
  Hand hand(3);
  hand.Live({1, 2, 3}, 30);
  hand.Live({1, 2}, Hand::kSilence - 1);
  hand.Pass(1);
  hand[1].Tick(hand.now());
  ASSERT_EQ(hand[1].live_members(), 2);
  hand.Carry(1, 2);
  hand[1].Tick(hand.now());
  EXPECT_TRUE(Names(hand.Message(1, 2), 3)) << "2 has not answered";
  hand.Live({1, 2}, 3);
  EXPECT_FALSE(Names(hand.Message(1, 2), 3));
}

TEST(Join, AnyNumberOfGenerationsFindsRoomOnRecord) {  // [Sweep]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  int older = 1, younger = 2;
  for (int generation = 0; generation < 30; ++generation) {
    hand.Live({younger}, 40);  // `older` is dead
    const int j = Learner(hand, {younger}, younger);
    hand.Live({younger, j}, kWhile);
    ASSERT_EQ(hand[j].state(), State::kInSync) << generation;
    ASSERT_EQ(hand[younger].live_members(), 2) << generation;
    for (int m : {younger, j}) hand[m].Drop(static_cast<Incarnation>(older));
    older = younger;
    younger = j;
  }
}

// One joins, and when it is a member it dies, and the plan lists it no more.
void JoinAndDie(Hand& hand, std::vector<int> members) {
  const int j = Learner(hand, members, members.front());
  std::vector<int> all = members;
  all.push_back(j);
  hand.Live(all, kWhile);
  ASSERT_EQ(hand[j].state(), State::kInSync);
  hand.Live(members, 60);
  ASSERT_FALSE(hand[members.front()].Needs(static_cast<Incarnation>(j)));
  hand.Drop(j);
  hand.Live(members, 5);
}

// 1, and one that has met the dead in another order; so many have died that they begin to forget them. With `late`,
// the plan in which 2 is not listed any more has not reached 1, so 1 goes on naming him.
int Veterans(Hand& hand, bool late) {
  hand.Live({1, 2}, 30);
  hand.Live({1}, 60);
  hand.Drop(2);
  if (late) hand[1].Know(2, false);
  for (int dead = 0; dead < 3; ++dead) JoinAndDie(hand, {1});
  const int c = Learner(hand, {1}, 1);
  hand.Live({1, c}, kWhile);
  const int b = Learner(hand, {1, c}, 1);  // meets c before it hears of those who died before
  hand.Live({1, c, b}, kWhile);
  EXPECT_EQ(hand[b].state(), State::kInSync);
  hand.Live({1, b}, 60);  // c is dead
  hand.Drop(c);
  for (int dead = 0; dead < 2; ++dead) JoinAndDie(hand, {1, b});
  return b;
}

TEST(Join, WhomOneMemberHasForgottenAndAnotherStillNamesHoldsUpNoNewcomer) {  // [Recall]
  Hand hand(2);
  const int b = Veterans(hand, true);
  const int j = Learner(hand, {1, b}, b);
  hand.Live({1, b, j}, 2 * kWhile);
  EXPECT_EQ(hand[j].state(), State::kInSync);
  EXPECT_EQ(hand[j].next(), hand[1].next());
}

TEST(Join, AllForgetTheSameOfTheDead) {  // [Bury: the oldest]
  Hand hand(2);
  const int b = Veterans(hand, false);
  const int j = hand.Join();
  for (int dead = 2; dead < j; ++dead)
    EXPECT_EQ(Names(hand.Message(1, j), dead), Names(hand.Message(b, j), dead)) << dead;
}

TEST(Join, WhoWasExcludedLongAgoIsToldByThoseItDoesNotKnow) {  // [OnStranger]
  Hand hand(2);
  hand.Live({1, 2}, 30);
  wire::FellowMessage message = hand.Message(2, 1);
  message.from = 9;
  message.excluded.push_back(1);
  message.standing = wire::Standing::kLearner;
  hand[1].OnFellow(message, hand.now());
  EXPECT_EQ(hand[1].state(), State::kInSync) << "a learner only repeats what it heard";
  message.standing = wire::Standing::kMember;
  hand[1].OnFellow(message, hand.now());
  EXPECT_EQ(hand[1].state(), State::kEmpty);
}

TEST(Join, ASilentJoinerBelowItsFirstPacketCannotHaveMovedOn) {  // [Fence: unasked_from_]
  Hand hand(1);
  hand.Live({1}, 30);
  const int j = Learner(hand, {1}, 1);
  LiveUntilAdmitted(hand, {1, j}, j);
  hand.Pass(100);  // all were stopped, and the joiner died of it
  hand.Live({1}, Hand::kSilence + 1);
  EXPECT_EQ(hand[1].state(), State::kInSync);
}

TEST(Join, IsNoWishOfAnIssuer) {
  Hand hand(1);
  Event join = Gain(1, hand.In(90));
  join.command = Command::kJoin;
  join.value = 5;
  EXPECT_EQ(hand[1].Submit(join, hand.now()), Admission::kNotMember);
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
  refused(0, 2);                              // version
  refused(1, 8);                              // task
  refused(5, 96);                             // quantum
  refused(14, 0xff);                          // a packet at the end of time
  refused(19, 2);                             // neither tainted nor not
  refused(20, static_cast<std::uint8_t>(j));  // from itself
  refused(36, 17);                            // more fellows than there may be
  refused(39 + 12, 0x80);                     // an unknown flag
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
