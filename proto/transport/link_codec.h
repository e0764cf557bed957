// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "proto/plan/link.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class AgentStatus;
class BoardStatus;
class ClockStatus;
class DeviceStatus;
class FromAgent;
class Incident;
class JoinProgress;
class OutputStatus;
class ToAgent;
}  // namespace continuo::v1

// continuo/v1 agent_link and telemetry messages <-> link.h, as strict as plan_codec.h.

namespace continuo::transport {

void ToProto(const plan::FromAgent& message, v1::FromAgent& out);
void FromProto(const v1::FromAgent& in, plan::FromAgent& message, const FieldPlace& place);

void ToProto(const plan::ToAgent& message, v1::ToAgent& out);
void FromProto(const v1::ToAgent& in, plan::ToAgent& message, const FieldPlace& place);

void ToProto(const plan::Status& status, v1::AgentStatus& out);
void FromProto(const v1::AgentStatus& in, plan::Status& status, const FieldPlace& place);

void ToProto(const plan::JoinProgress& join, v1::JoinProgress& out);
void FromProto(const v1::JoinProgress& in, plan::JoinProgress& join, const FieldPlace& place);

void ToProto(const plan::BoardStatus& board, v1::BoardStatus& out);
void FromProto(const v1::BoardStatus& in, plan::BoardStatus& board, const FieldPlace& place);

void ToProto(const plan::ClockStatus& status, v1::ClockStatus& out);
void FromProto(const v1::ClockStatus& in, plan::ClockStatus& status, const FieldPlace& place);
void ToProto(const plan::DeviceStatus& device, v1::DeviceStatus& out);
void FromProto(const v1::DeviceStatus& in, plan::DeviceStatus& device);
void ToProto(const plan::OutputStatus& output, v1::OutputStatus& out);
void FromProto(const v1::OutputStatus& in, plan::OutputStatus& output);

void ToProto(const plan::Incident& incident, v1::Incident& out);
void FromProto(const v1::Incident& in, plan::Incident& incident, const FieldPlace& place);

/// Letters, digits, '-', '_' and '.', 1 to 32 of them: what a node may be called.
bool IsNodeName(std::string_view name);

}  // namespace continuo::transport
