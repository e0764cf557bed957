// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/show_diff.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class ApplyShowReply;
class ApplyShowRequest;
class DiffShowReply;
class EventReply;
class LockShowRequest;
class RollbackShowRequest;
class SetParameterRequest;
class StopShowRequest;
class TransportRequest;
}  // namespace continuo::v1

// The requests of continuo/v1/control.proto <-> the core's inputs, and its Reply <-> theirs.

namespace continuo::coordinator {

void ReadRequest(const v1::ApplyShowRequest& in, ShowApplied& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::StopShowRequest& in, ShowStopRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::RollbackShowRequest& in, RollbackRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::LockShowRequest& in, LockRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::SetParameterRequest& in, EventRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::TransportRequest& in, EventRequested& wish,
                 const transport::FieldPlace& place);

void WriteRequest(const ShowApplied& wish, v1::ApplyShowRequest& out);
void WriteRequest(const ShowStopRequested& wish, v1::StopShowRequest& out);
void WriteRequest(const RollbackRequested& wish, v1::RollbackShowRequest& out);
void WriteRequest(const LockRequested& wish, v1::LockShowRequest& out);
/// Of kParam.
void WriteRequest(const EventRequested& wish, v1::SetParameterRequest& out);
/// Of the session's commands.
void WriteRequest(const EventRequested& wish, v1::TransportRequest& out);

void WriteReply(const Reply& reply, v1::ApplyShowReply& out);
void WriteReply(const Reply& reply, v1::EventReply& out);
Reply ReadReply(const v1::ApplyShowReply& in);
void WriteReply(const ShowDiff& diff, v1::DiffShowReply& out);
void ReadReply(const v1::DiffShowReply& in, ShowDiff& diff, const transport::FieldPlace& place);
Reply ReadReply(const v1::EventReply& in);

}  // namespace continuo::coordinator
