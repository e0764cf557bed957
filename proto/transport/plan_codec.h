// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "proto/plan/plan.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class BarBeat;
class Endpoint;
class Event;
class Node;
class Output;
class Plan;
class Segment;
class Task;
class TaskDescription;
class Timing;
}  // namespace continuo::v1

// continuo/v1 plan and session messages <-> plan.h. Writing cannot fail. Reading is strict: what a plan.h value cannot
// hold, or what the comments in the .proto files exclude, is refused at its place; a plan that was read is one that
// plan::Validate accepts.

namespace continuo::transport {

void ToProto(const plan::Plan& plan, v1::Plan& out);
void FromProto(const v1::Plan& in, plan::Plan& plan, const FieldPlace& place);
/// What is in its lists; read with a plan only.
void ToProto(const plan::Node& node, v1::Node& out);
void ToProto(const plan::Task& task, v1::Task& out);
void ToProto(const plan::Output& output, v1::Output& out);

void ToProto(const dsp::TaskDescription& task, v1::TaskDescription& out);
void FromProto(const v1::TaskDescription& in, dsp::TaskDescription& task, const FieldPlace& place);

void ToProto(const plan::Timing& timing, v1::Timing& out);
void FromProto(const v1::Timing& in, plan::Timing& timing, const FieldPlace& place);

void ToProto(const session::Segment& segment, v1::Segment& out);
void FromProto(const v1::Segment& in, session::Segment& segment, const FieldPlace& place);

void ToProto(const session::BarBeat& position, v1::BarBeat& out);
void FromProto(const v1::BarBeat& in, session::BarBeat& position, const FieldPlace& place);

void ToProto(const Event& event, v1::Event& out);
void FromProto(const v1::Event& in, Event& event, const FieldPlace& place);

void ToProto(const plan::Endpoint& endpoint, v1::Endpoint& out);
void FromProto(const v1::Endpoint& in, plan::Endpoint& endpoint, const FieldPlace& place);

/// The bytes a journal or a file keeps.
std::string EncodePlan(const plan::Plan& plan);
/// INVALID_ARGUMENT, naming the field, if the bytes are no plan.
absl::StatusOr<plan::Plan> DecodePlan(std::string_view bytes);

/// Protobuf JSON of continuo.v1.Plan, as a take keeps it: one object, indented.
std::string PlanToJson(const plan::Plan& plan);
absl::StatusOr<plan::Plan> PlanFromJson(std::string_view json);

}  // namespace continuo::transport
