// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/address_turn.h"

#include <gtest/gtest.h>

namespace continuo::coordinator {
namespace {

constexpr auto kSaysNothing = std::nullopt;
const std::optional<std::string> kKnowsNobody = "";

TEST(AddressTurn, WhoKnowsOneAddressAsksNobodyElse) {
  AddressTurn turn({"a"});
  EXPECT_FALSE(turn.several());
  EXPECT_FALSE(turn.Next("a", kSaysNothing, false)) << "it is down";
  EXPECT_FALSE(turn.Next("a", kSaysNothing, true)) << "it does not answer in time";
  EXPECT_EQ(turn.now(), "a");
}

TEST(AddressTurn, UntilItNamesAnotherOne) {
  AddressTurn turn({"a"});
  EXPECT_TRUE(turn.Next("a", "b", false));
  EXPECT_EQ(turn.now(), "b");
  EXPECT_TRUE(turn.several());
  EXPECT_TRUE(turn.Next("b", kSaysNothing, false));
  EXPECT_EQ(turn.now(), "a") << "who was asked first is not forgotten";
}

TEST(AddressTurn, WhoKnowsNobodyYetIsAskedAgain) {
  AddressTurn turn({"a"});
  EXPECT_TRUE(turn.Next("a", kKnowsNobody, false));
  EXPECT_EQ(turn.now(), "a");
}

TEST(AddressTurn, GoesRoundAndThenToWhoIsNamed) {
  AddressTurn turn({"a", "b", "c"});
  EXPECT_TRUE(turn.Next("a", kSaysNothing, false));
  EXPECT_EQ(turn.now(), "b");
  EXPECT_TRUE(turn.Next("b", kKnowsNobody, false));
  EXPECT_EQ(turn.now(), "c");
  EXPECT_TRUE(turn.Next("c", "b", false));
  EXPECT_EQ(turn.now(), "b");
  EXPECT_TRUE(turn.Next("b", "b", false)) << "who names itself and does not do it is passed over";
  EXPECT_EQ(turn.now(), "c");
}

TEST(AddressTurn, WhoWasSilentIsNotBelievedToLeadOnTheWordOfOthers) {
  AddressTurn turn({"a", "b", "c"});
  EXPECT_TRUE(turn.Next("a", kSaysNothing, true)) << "it was stopped";
  EXPECT_TRUE(turn.Next("b", "a", false)) << "b has not noticed yet";
  EXPECT_EQ(turn.now(), "c");
  EXPECT_TRUE(turn.Next("c", "b", false));
  EXPECT_EQ(turn.now(), "b");
}

TEST(AddressTurn, OfTwoCallsAtOnceTheSecondToFailDoesNotGoOnOnceMore) {
  AddressTurn turn({"a", "b", "c"});
  EXPECT_TRUE(turn.Next("a", kSaysNothing, false));
  EXPECT_TRUE(turn.Next("a", kSaysNothing, false));
  EXPECT_EQ(turn.now(), "b");
}

}  // namespace
}  // namespace continuo::coordinator
