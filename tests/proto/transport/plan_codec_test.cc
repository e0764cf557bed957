// SPDX-License-Identifier: Apache-2.0
#include "proto/transport/plan_codec.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "proto/continuo/v1/plan.pb.h"
#include "proto/plan/validate.h"
#include "proto/transport/samples.h"
#include "support/every_field.h"

namespace continuo::transport {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Plan Message() {
  v1::Plan message;
  ToProto(PlanSample(), message);
  return message;
}

std::string ErrorOf(const v1::Plan& message) {
  plan::Plan plan;
  std::string error;
  FromProto(message, plan, FieldPlace(error));
  return error;
}

TEST(PlanCodec, EveryFieldOfTheContractIsWritten) {
  EXPECT_THAT(MissingFields(Message()), IsEmpty());
}

TEST(PlanCodec, APlanComesBackEqual) {
  const auto back = DecodePlan(EncodePlan(PlanSample()));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(*back == PlanSample());
}

TEST(PlanCodec, APlanComesBackEqualFromJson) {
  const auto back = PlanFromJson(PlanToJson(PlanSample()));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(*back == PlanSample());
}

TEST(PlanCodec, AnUndatedPlanIsAPlan) {
  plan::Plan plan = PlanSample();
  plan.start_n = 0;
  plan.session.n0 = 0;
  EXPECT_TRUE(DecodePlan(EncodePlan(plan)).ok());
}

TEST(PlanCodec, ParametersKeepTheirBits) {
  plan::Plan plan = PlanSample();
  const float value = std::nextafter(0.1f, 1.0f);
  plan.tasks[2].description.params[0].value = value;
  EXPECT_EQ(PlanFromJson(PlanToJson(plan))->tasks[2].description.params[0].value, value);
}

TEST(PlanCodec, NaNIsRefusedAtItsPlace) {
  v1::Plan message = Message();
  auto* param = message.mutable_tasks(2)->mutable_description()->mutable_params(0);
  param->set_value(std::nanf(""));
  EXPECT_EQ(ErrorOf(message), "tasks[2].description.params[0].value: NaN is not allowed");
  param->set_value(std::numeric_limits<float>::infinity());
  EXPECT_EQ(ErrorOf(message), "tasks[2].description.params[0].value: infinity is not allowed");
}

TEST(PlanCodec, NumbersBeyondTheirTypeAreRefusedNotCut) {
  v1::Plan message = Message();
  message.mutable_nodes(0)->set_id(65537);
  EXPECT_EQ(ErrorOf(message), "nodes[0].id: 65537 is not between 1 and 65535");
}

TEST(PlanCodec, TheFirstRefusalCounts) {
  v1::Plan message = Message();
  message.set_quantum(50);
  message.mutable_tasks(2)->mutable_description()->set_name("");
  EXPECT_EQ(ErrorOf(message), "quantum: 50 is none of 6, 12, 16, 32, 48, 64, 96");
}

TEST(PlanCodec, TooManyEntriesAreRefusedNotDropped) {
  v1::Plan message = Message();
  auto* task = message.mutable_tasks(2)->mutable_description();
  while (task->wires_size() <= dsp::kMaxWires) *task->add_wires() = task->wires(0);
  EXPECT_EQ(ErrorOf(message), "tasks[2].description.wires: 33 entries, at most 32 allowed");
}

TEST(PlanCodec, LongNamesAreRefusedNotCut) {
  v1::Plan message = Message();
  message.mutable_tasks(2)->mutable_description()->set_name(std::string(33, 'x'));
  EXPECT_EQ(ErrorOf(message), "tasks[2].description.name: 33 bytes long, at most 32 allowed");
}

TEST(PlanCodec, AHashThatIsAPathIsRefused) {
  v1::Plan message = Message();
  message.mutable_tasks(2)->mutable_description()->mutable_assets(0)->set_hash("../../etc/passwd");
  EXPECT_THAT(ErrorOf(message), HasSubstr("assets[0].hash: not a SHA-256"));
}

TEST(PlanCodec, AnUnknownCommandIsRefused) {
  v1::Event message;
  ToProto(EventSample(), message);
  message.set_command(static_cast<v1::Command>(2));
  Event event;
  std::string error;
  FromProto(message, event, FieldPlace(error).Field("event"));
  EXPECT_EQ(error, "event.command: 2 is no command known here");
}

TEST(PlanCodec, APlanThatCannotBePlayedIsRefused) {
  v1::Plan message = Message();
  message.mutable_tasks(2)->clear_replicas();
  EXPECT_THAT(ErrorOf(message), HasSubstr("drums"));
}

TEST(PlanCodec, APlanOfBeforeThereWereJoinersWantsOneReplica) {
  v1::Plan message = Message();
  message.mutable_tasks(2)->clear_wanted();
  plan::Plan plan;
  std::string error;
  FromProto(message, plan, FieldPlace(error));
  EXPECT_EQ(error, "");
  EXPECT_EQ(plan.tasks[2].wanted, 1);
}

TEST(PlanCodec, ARoleFromTheFutureIsRefused) {
  v1::Plan message = Message();
  message.mutable_tasks(2)->mutable_replicas(0)->set_role(static_cast<v1::Role>(2));
  EXPECT_EQ(ErrorOf(message), "tasks[2].replicas[0].role: 2 is not between 0 and 1");
}

TEST(PlanCodec, GarbageIsNoPlan) {
  EXPECT_FALSE(DecodePlan("\xff\xff garbage").ok());
  EXPECT_FALSE(DecodePlan("").ok());
  EXPECT_FALSE(PlanFromJson("{\"version\": \"x\"}").ok());
  EXPECT_FALSE(PlanFromJson("{\"unknown\": 1}").ok());
}

// Protobuf cannot see that entries at the end are missing; the streams it travels in can.
TEST(PlanCodec, APlanCutAnywhereIsRefusedOrStillPlayable) {
  const std::string bytes = EncodePlan(PlanSample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = DecodePlan(std::string_view(bytes).substr(0, size));
    if (cut.ok()) {
      EXPECT_EQ(plan::Validate(*cut), "");
    }
  }
}

}  // namespace
}  // namespace continuo::transport
