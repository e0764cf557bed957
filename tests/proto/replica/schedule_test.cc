// SPDX-License-Identifier: Apache-2.0
// Sequences too narrow for worlds made by chance. What judges them is the promise, not the rule.
#include <gtest/gtest.h>

#include "proto/replica/told.h"

namespace continuo::replica {
namespace {

// More events than a message carries are told to one that leaves, in the moment before it has left. One that computes
// ahead has all the promises that it needs by the time when the other, which follows real time, hears the last of them.
TEST(Schedule, LastWordsOfOneThatLeavesFillMoreThanAMessage) {
  Told told(3);
  told.Follow({2});
  told.Live({1, 2, 3}, 30);
  told[1].Retire(2);
  told.Pass(1);
  for (int m : {1, 2, 3}) told[m].Tick(told.now());
  told.Carry(1, 2);
  told.Carry(1, 3);
  EventId id = 0;
  for (int i = 0; i < wire::kMaxEntriesPerMessage; ++i)
    ASSERT_EQ(told.Submit(1, Gain(++id, told.In(80 + i))), Admission::kAdmitted);
  ASSERT_EQ(told.Submit(1, Gain(++id, told.In(Hand::kPromise))), Admission::kAdmitted);
  told.Carry(2, 1);
  told.Carry(3, 1);
  ASSERT_EQ(told[1].state(), State::kClosed);
  told.Carry(1, 2);
  told.Carry(1, 3);
  told.Pass(1);
  for (int m : {2, 3}) told[m].Tick(told.now());
  told.Carry(2, 3);
  told.Play(3);
  told.Carry(3, 2);
  told.Live({1, 2, 3}, 200);
  told.Judge();
}

// A task moves to a newcomer. One replica computes ahead and leaves as soon as the newcomer counts; the other follows
// real time and has not come that far when an event reaches it, and it dies having said what became of it.
TEST(Schedule, WhoStaysDiesBeforeItHasComeToWhereTheNewcomerCounts) {
  Told told(2);
  told.Follow({2});
  told.Live({1, 2}, 30);
  const int j = told.Join();
  const auto joiner = static_cast<Incarnation>(j);
  told.Live({1, 2, j}, 5);
  ASSERT_TRUE(told.Learn(j, 1));
  told[1].Retire(2);
  for (int p = 0; p < 300 && told[1].state() != State::kClosed; ++p) told.Live({1, 2, j}, 1);
  ASSERT_EQ(told[j].state(), State::kInSync);
  told.Live({1, 2, j}, 2);
  ASSERT_TRUE(told[2].Needs(joiner));
  ASSERT_LT(told[2].next(), told[j].joined_from());
  ASSERT_EQ(told.Submit(2, Gain(1, told.In(Hand::kPromise + 5))), Admission::kAdmitted);
  told.Ask(2);
  told.Live({1, j}, 100);
  told.Judge();
}

}  // namespace
}  // namespace continuo::replica
