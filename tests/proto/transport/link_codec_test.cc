// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/link_codec.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>

#include "proto/continuo/v1/agent_link.pb.h"
#include "proto/transport/samples.h"
#include "support/every_field.h"

namespace continuo::transport {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Proto, typename Message>
void ExpectComesBack(const Message& sample) {
  Proto written, again;
  ToProto(sample, written);
  EXPECT_THAT(MissingFields(written), IsEmpty());
  Message back;
  std::string error;
  FromProto(written, back, FieldPlace(error));
  EXPECT_EQ(error, "");
  EXPECT_EQ(back.index(), sample.index());
  ToProto(back, again);
  EXPECT_TRUE(MessageDifferencer::Equals(written, again)) << again.DebugString();
}

TEST(LinkCodec, EveryMessageOfAnAgentComesBackEqual) {
  for (const plan::FromAgent& sample : FromAgentSamples()) ExpectComesBack<v1::FromAgent>(sample);
}

TEST(LinkCodec, EveryMessageOfACoordinatorComesBackEqual) {
  for (const plan::ToAgent& sample : ToAgentSamples()) ExpectComesBack<v1::ToAgent>(sample);
}

std::string ErrorOf(const v1::FromAgent& message) {
  plan::FromAgent out;
  std::string error;
  FromProto(message, out, FieldPlace(error));
  return error;
}

TEST(LinkCodec, AnEmptyMessageIsRefused) {
  EXPECT_THAT(ErrorOf(v1::FromAgent()), HasSubstr("message: missing"));
}

TEST(LinkCodec, AVerdictMustBeOne) {
  v1::FromAgent message;
  ToProto(plan::VerdictReached{3, 17, Verdict::kNone}, message);
  EXPECT_THAT(ErrorOf(message), HasSubstr("verdict_reached.verdict: 0 is not between"));
}

TEST(LinkCodec, AStateFromTheFutureIsRefused) {
  v1::FromAgent message;
  ToProto(StatusSample(), *message.mutable_status());
  message.mutable_status()->mutable_replicas(0)->set_state(static_cast<v1::ReplicaState>(10));
  EXPECT_EQ(ErrorOf(message), "status.replicas[0].state: 10 is not between 0 and 9");
}

TEST(LinkCodec, ANameThatWouldConfuseATerminalIsRefused) {
  v1::FromAgent message;
  ToProto(HelloSample(), message);
  message.mutable_hello()->set_name("pi\x1b[31m");
  EXPECT_THAT(ErrorOf(message), HasSubstr("hello.name"));
}

TEST(LinkCodec, OfAnotherLinkVersionOnlyTheVersionIsRead) {
  v1::FromAgent message;
  message.mutable_hello()->set_link_version(plan::kLinkVersion + 1);
  message.mutable_hello()->set_name("what a name may be then, nobody knows");
  EXPECT_EQ(ErrorOf(message), "");
}

TEST(LinkCodec, ACostThatSaysNothingOrSaysItTwiceIsRefused) {
  v1::FromAgent message;
  ToProto(HelloSample(), message);
  message.mutable_hello()->mutable_costs(1)->set_kind("eq");
  EXPECT_EQ(ErrorOf(message), "hello.costs[1].kind: \"eq\" stands there twice");
  message.mutable_hello()->mutable_costs(0)->set_ns_per_frame(0);
  EXPECT_THAT(ErrorOf(message), HasSubstr("hello.costs[0].ns_per_frame: 0 is not between 1"));
}

TEST(LinkCodec, AJoinThatHasNotBegunTakesNoRoom) {
  plan::Status status = StatusSample();
  status.replicas[0].join = {};
  v1::AgentStatus message;
  ToProto(status, message);
  EXPECT_FALSE(message.replicas(0).has_join());
}

TEST(LinkCodec, AThirdNetworkIsRefused) {
  v1::FromAgent message;
  ToProto(HelloSample(), message);
  for (int i = 0; i < 2; ++i)
    *message.mutable_hello()->add_networks() = message.hello().networks(0);
  EXPECT_THAT(ErrorOf(message), HasSubstr("hello.networks"));
}

}  // namespace
}  // namespace continuo::transport
