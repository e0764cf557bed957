// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/operation_codec.h"

#include <gmock/gmock.h>

#include "proto/continuo/v1/control.pb.h"
#include "support/every_field.h"

namespace continuo::coordinator {
namespace {

using ::testing::IsEmpty;
using transport::FieldPlace;

template <typename Message, typename Wish>
std::string ErrorOf(const Message& message, Wish& wish) {
  std::string error;
  ReadRequest(message, wish, FieldPlace(error));
  return error;
}

/// What comes out of the message that the wish was written into.
template <typename Message, typename Wish>
Wish ThereAndBack(const Wish& wish) {
  Message message;
  WriteRequest(wish, message);
  EXPECT_THAT(MissingFields(message), IsEmpty());
  Wish back;
  EXPECT_EQ(ErrorOf(message, back), "");
  return back;
}

TEST(OperationCodec, EveryWishComesBackEqual) {
  const CommandKey key{1ull << 63 | 5, 6};
  const MoveRequested move{0, "bass", "pi-3", "pi-1", session::BarBeat{17, 3, 240}, key};
  const MoveRequested moved = ThereAndBack<v1::MoveTaskRequest>(move);
  EXPECT_EQ(moved.key, key);
  EXPECT_EQ(moved.task, "bass");
  EXPECT_EQ(moved.to, "pi-3");
  EXPECT_EQ(moved.from, "pi-1");
  ASSERT_TRUE(moved.at.has_value());
  EXPECT_EQ(moved.at->bar, 17);
  EXPECT_EQ(moved.at->beat, 3);
  EXPECT_EQ(moved.at->sub, 240);
  const DrainRequested undrain{0, "pi-2", false, key};
  EXPECT_TRUE(ThereAndBack<v1::DrainNodeRequest>(undrain) == undrain);
  const RebalanceRequested dry{0, true, key};
  EXPECT_TRUE(ThereAndBack<v1::RebalanceRequest>(dry) == dry);
  const ReplicasRequested three{0, "bass", 3, key};
  EXPECT_TRUE(ThereAndBack<v1::SetReplicasRequest>(three) == three);
  const OperationCancelled cancel{0, 1ull << 40, key};
  EXPECT_TRUE(ThereAndBack<v1::CancelOperationRequest>(cancel) == cancel);
}

TEST(OperationCodec, AKeyIsSixteenBytesOrNone) {
  v1::RebalanceRequest message;
  RebalanceRequested wish;
  EXPECT_EQ(ErrorOf(message, wish), "");
  EXPECT_TRUE(wish.key.IsNone());
  for (const char* key : {"fifteen bytes...", "seventeen bytes.."}) {
    message.set_key(std::string(key).substr(0, key[0] == 'f' ? 15 : 17));
    EXPECT_NE(ErrorOf(message, wish).find("not 16"), std::string::npos);
  }
}

TEST(OperationCodec, ADrainIsNoUndrain) {
  v1::DrainNodeRequest message;
  WriteRequest(DrainRequested{0, "pi-2", true}, message);
  DrainRequested back;
  back.on = false;
  EXPECT_EQ(ErrorOf(message, back), "");
  EXPECT_TRUE(back.on);
}

TEST(OperationCodec, AMoveWithoutADateIsAtOnceAndTheRestIsLeftToTheCore) {
  MoveRequested wish, back;
  wish.task = "bass";
  v1::MoveTaskRequest message;
  WriteRequest(wish, message);
  EXPECT_EQ(ErrorOf(message, back), "");
  EXPECT_EQ(back.to, "");
  EXPECT_FALSE(back.at.has_value());
}

TEST(OperationCodec, WishesThatAreNoneAreRefusedAtTheirPlace) {
  MoveRequested move;
  EXPECT_EQ(ErrorOf(v1::MoveTaskRequest(), move), "task: missing");
  v1::MoveTaskRequest early;
  early.set_task("bass");
  early.mutable_at()->set_beat(1);
  EXPECT_EQ(ErrorOf(early, move), "at.bar: 0 is not between 1 and 10000000");
  DrainRequested drain;
  EXPECT_EQ(ErrorOf(v1::DrainNodeRequest(), drain), "node: missing");
  OperationCancelled cancel;
  EXPECT_EQ(ErrorOf(v1::CancelOperationRequest(), cancel), "operation: missing");
  ReplicasRequested replicas;
  v1::SetReplicasRequest many;
  many.set_task("bass");
  EXPECT_EQ(ErrorOf(many, replicas), "replicas: 0 is not between 1 and 4");
  many.set_replicas(7);
  EXPECT_EQ(ErrorOf(many, replicas), "replicas: 7 is not between 1 and 4");
}

TEST(OperationCodec, AnAnswerKeepsItsMovesAndReasons) {
  Reply reply;
  reply.text = "moves 1 task";
  reply.operation = 7;
  reply.moves = {{"bass", "pi-1", "pi-3", "pi-1 is at 71 %, pi-3 at 12 %"}};
  v1::OperationReply message;
  WriteReply(reply, message);
  EXPECT_THAT(MissingFields(message), IsEmpty());
  const Reply back = ReadReply(message);
  EXPECT_TRUE(back.ok());
  EXPECT_EQ(back.text, reply.text);
  EXPECT_EQ(back.operation, 7u);
  EXPECT_TRUE(back.moves == reply.moves);
}

TEST(OperationCodec, WhetherItEndedWellFollowsFromThePhase) {
  for (const OperationPhase phase :
       {OperationPhase::kWaiting, OperationPhase::kJoining, OperationPhase::kMoving,
        OperationPhase::kDone, OperationPhase::kFailed, OperationPhase::kCancelled}) {
    OperationView operation, back;
    operation.phase = phase;
    v1::OperationView message;
    ToProto(operation, message);
    std::string error;
    FromProto(message, back, FieldPlace(error));
    EXPECT_EQ(error, "");
    EXPECT_EQ(back.phase, phase);
    EXPECT_EQ(back.done, HasEnded(phase));
    EXPECT_EQ(back.ok, phase == OperationPhase::kDone);
  }
}

TEST(OperationCodec, APhaseOfAnotherReleaseIsRefused) {
  v1::OperationView message;
  message.set_phase(static_cast<v1::OperationPhase>(8));
  OperationView back;
  std::string error;
  FromProto(message, back, FieldPlace(error));
  EXPECT_EQ(error, "phase: 8 is not between 0 and 7");
}

}  // namespace
}  // namespace continuo::coordinator
