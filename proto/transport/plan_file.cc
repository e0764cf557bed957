// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/util/json_util.h>

#include "proto/continuo/v1/plan.pb.h"
#include "proto/continuo/v1/show.pb.h"
#include "proto/transport/plan_codec.h"

namespace continuo::transport {
namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.preserve_proto_field_names = true;
  std::string text;
  // Fails only for types unknown to the pool; ours are compiled in.
  (void)MessageToJsonString(message, &text, options);
  return text;
}

bool FromJson(std::string_view json, google::protobuf::Message& message, std::string& error) {
  const auto status =
      JsonStringToMessage({json.data(), json.size()}, &message,
                          google::protobuf::util::JsonParseOptions());
  if (!status.ok()) error = std::string(status.message());
  return status.ok();
}

}  // namespace

std::string EncodePlan(const plan::Plan& plan) {
  v1::Plan message;
  ToProto(plan, message);
  return message.SerializeAsString();
}

bool DecodePlan(std::string_view bytes, plan::Plan& plan, std::string& error) {
  v1::Plan message;
  error.clear();
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    error = "not a plan";
    return false;
  }
  FromProto(message, plan, FieldPlace(error));
  return error.empty();
}

std::string PlanToJson(const plan::Plan& plan) {
  v1::Plan message;
  ToProto(plan, message);
  return ToJson(message, true);
}

bool PlanFromJson(std::string_view json, plan::Plan& plan, std::string& error) {
  v1::Plan message;
  error.clear();
  if (FromJson(json, message, error)) FromProto(message, plan, FieldPlace(error));
  return error.empty();
}

std::string EventToJson(dsp::TaskId task, const Event& event) {
  v1::CommittedEvent message;
  message.set_task(task);
  ToProto(event, *message.mutable_event());
  return ToJson(message, false);
}

bool EventFromJson(std::string_view line, dsp::TaskId& task, Event& event, std::string& error) {
  v1::CommittedEvent message;
  error.clear();
  if (FromJson(line, message, error)) {
    const FieldPlace place(error);
    task = place.Within("task", message.task(), 1, 0xffffffff);
    FromProto(message.event(), event, place.Field("event"));
  }
  return error.empty();
}

}  // namespace continuo::transport
