// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/json_util.h>

#include "proto/continuo/v1/plan.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::transport {
namespace {

absl::StatusOr<plan::Plan> Checked(const v1::Plan& message) {
  plan::Plan plan;
  std::string error;
  FromProto(message, plan, FieldPlace(error));
  if (!error.empty()) return absl::InvalidArgumentError(error);
  return plan;
}

}  // namespace

std::string EncodePlan(const plan::Plan& plan) {
  v1::Plan message;
  ToProto(plan, message);
  return message.SerializeAsString();
}

absl::StatusOr<plan::Plan> DecodePlan(std::string_view bytes) {
  v1::Plan message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError("not a plan");
  }
  return Checked(message);
}

std::string PlanToJson(const plan::Plan& plan) {
  v1::Plan message;
  ToProto(plan, message);
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails only for types that are unknown to the program; this one is compiled in.
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

absl::StatusOr<plan::Plan> PlanFromJson(std::string_view json) {
  v1::Plan message;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {json.data(), json.size()}, &message, google::protobuf::util::JsonParseOptions());
  if (!status.ok()) return absl::InvalidArgumentError(std::string(status.message()));
  return Checked(message);
}

}  // namespace continuo::transport
