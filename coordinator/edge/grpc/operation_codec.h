// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"
#include "coordinator/core/view.h"
#include "proto/transport/field_place.h"

namespace continuo::v1 {
class CancelOperationRequest;
class DrainNodeRequest;
class MoveTaskRequest;
class OperationReply;
class OperationView;
class RebalanceRequest;
class SetReplicasRequest;
}  // namespace continuo::v1

// Operations in continuo/v1/control.proto <-> the core's inputs, Reply and OperationView.

namespace continuo::coordinator {

void ReadRequest(const v1::MoveTaskRequest& in, MoveRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::DrainNodeRequest& in, DrainRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::RebalanceRequest& in, RebalanceRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::SetReplicasRequest& in, ReplicasRequested& wish,
                 const transport::FieldPlace& place);
void ReadRequest(const v1::CancelOperationRequest& in, OperationCancelled& wish,
                 const transport::FieldPlace& place);

void WriteRequest(const MoveRequested& wish, v1::MoveTaskRequest& out);
void WriteRequest(const DrainRequested& wish, v1::DrainNodeRequest& out);
void WriteRequest(const RebalanceRequested& wish, v1::RebalanceRequest& out);
void WriteRequest(const ReplicasRequested& wish, v1::SetReplicasRequest& out);
void WriteRequest(const OperationCancelled& wish, v1::CancelOperationRequest& out);

void WriteReply(const Reply& reply, v1::OperationReply& out);
Reply ReadReply(const v1::OperationReply& in);

/// OperationView::done and ok follow from the phase and do not travel.
void ToProto(const OperationView& operation, v1::OperationView& out);
void FromProto(const v1::OperationView& in, OperationView& operation,
               const transport::FieldPlace& place);

}  // namespace continuo::coordinator
