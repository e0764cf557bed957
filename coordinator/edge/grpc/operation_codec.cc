// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/operation_codec.h"

#include "coordinator/edge/grpc/key_codec.h"
#include "proto/continuo/v1/control.pb.h"
#include "proto/transport/link_codec.h"
#include "proto/transport/plan_codec.h"
#include "proto/wire/control_frames.h"

namespace continuo::coordinator {
namespace {

using transport::FieldPlace;

// The enumerations travel as their numbers.
static_assert(static_cast<int>(OperationKind::kReplicas) == v1::OPERATION_KIND_REPLICAS);
static_assert(static_cast<int>(OperationPhase::kCancelled) == v1::OPERATION_PHASE_CANCELLED);

std::string Named(const FieldPlace& place, const char* field, const std::string& name) {
  if (name.empty()) place.Refuse(field, "missing");
  return name;
}

}  // namespace

void ReadRequest(const v1::MoveTaskRequest& in, MoveRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.task = Named(place, "task", in.task());
  wish.to = in.to();
  wish.from = in.from();
  if (in.has_at()) transport::FromProto(in.at(), wish.at.emplace(), place.Field("at"));
}

void ReadRequest(const v1::DrainNodeRequest& in, DrainRequested& wish, const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.node = Named(place, "node", in.node());
  wish.on = !in.undrain();
}

void ReadRequest(const v1::RebalanceRequest& in, RebalanceRequested& wish,
                 const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.dry_run = in.dry_run();
}

void ReadRequest(const v1::SetReplicasRequest& in, ReplicasRequested& wish,
                 const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.task = Named(place, "task", in.task());
  wish.replicas =
      static_cast<int>(place.Within("replicas", in.replicas(), 1, plan::kMaxRedundancy));
}

void ReadRequest(const v1::CancelOperationRequest& in, OperationCancelled& wish,
                 const FieldPlace& place) {
  wish.key = ReadKey(in.key(), place);
  wish.operation = in.operation();
  if (in.operation() == 0) place.Refuse("operation", "missing");
}

void WriteRequest(const MoveRequested& wish, v1::MoveTaskRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_task(wish.task);
  out.set_to(wish.to);
  out.set_from(wish.from);
  if (wish.at) transport::ToProto(*wish.at, *out.mutable_at());
}

void WriteRequest(const DrainRequested& wish, v1::DrainNodeRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_node(wish.node);
  out.set_undrain(!wish.on);
}

void WriteRequest(const RebalanceRequested& wish, v1::RebalanceRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_dry_run(wish.dry_run);
}

void WriteRequest(const ReplicasRequested& wish, v1::SetReplicasRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_task(wish.task);
  out.set_replicas(static_cast<std::uint32_t>(wish.replicas));
}

void WriteRequest(const OperationCancelled& wish, v1::CancelOperationRequest& out) {
  out.set_key(WriteKey(wish.key));
  out.set_operation(wish.operation);
}

void WriteReply(const Reply& reply, v1::OperationReply& out) {
  out.set_operation(reply.operation);
  out.set_text(reply.text);
  for (const PlannedMove& move : reply.moves) {
    v1::PlannedMove& to = *out.add_moves();
    to.set_task(move.task);
    to.set_from(move.from);
    to.set_to(move.to);
    to.set_reason(move.reason);
  }
}

Reply ReadReply(const v1::OperationReply& in) {
  Reply reply;
  reply.operation = in.operation();
  reply.text = in.text();
  for (const v1::PlannedMove& move : in.moves()) {
    reply.moves.push_back({move.task(), move.from(), move.to(), move.reason()});
  }
  return reply;
}

void ToProto(const OperationView& operation, v1::OperationView& out) {
  out.set_id(operation.id);
  out.set_parent(operation.parent);
  out.set_kind(static_cast<v1::OperationKind>(operation.kind));
  out.set_phase(static_cast<v1::OperationPhase>(operation.phase));
  out.set_text(operation.text);
  out.set_task(operation.task);
  out.set_from(operation.from);
  out.set_to(operation.to);
  out.set_note(operation.note);
  out.set_incoming(operation.incoming);
  out.set_outgoing(operation.outgoing);
  out.set_incoming_state(static_cast<v1::ReplicaState>(operation.incoming_state));
  transport::ToProto(operation.join, *out.mutable_join());
  out.set_attempts(static_cast<std::uint32_t>(operation.attempts));
  out.set_moves(static_cast<std::uint32_t>(operation.moves));
  out.set_moves_done(static_cast<std::uint32_t>(operation.moves_done));
  out.set_kernel_class(operation.kernel_class);
  out.set_at_n(operation.at_n);
  out.set_started_n(operation.started_n);
  out.set_ended_n(operation.ended_n);
  out.set_verdict(operation.verdict);
}

void FromProto(const v1::OperationView& in, OperationView& operation, const FieldPlace& place) {
  operation.id = in.id();
  operation.parent = in.parent();
  operation.kind = static_cast<OperationKind>(
      place.Within("kind", in.kind(), v1::OPERATION_KIND_MIGRATE, v1::OPERATION_KIND_REPLICAS));
  operation.phase = static_cast<OperationPhase>(place.Within(
      "phase", in.phase(), v1::OPERATION_PHASE_WAITING, v1::OPERATION_PHASE_CANCELLED));
  operation.text = in.text();
  operation.task = in.task();
  operation.from = in.from();
  operation.to = in.to();
  operation.note = in.note();
  operation.incoming = in.incoming();
  operation.outgoing = in.outgoing();
  operation.incoming_state = static_cast<plan::ReplicaState>(place.Within(
      "incoming_state", in.incoming_state(), v1::REPLICA_STATE_EMPTY, v1::REPLICA_STATE_RETIRED));
  transport::FromProto(in.join(), operation.join, place.Field("join"));
  operation.attempts = static_cast<int>(in.attempts());
  operation.moves = static_cast<int>(in.moves());
  operation.moves_done = static_cast<int>(in.moves_done());
  operation.kernel_class = in.kernel_class();
  operation.at_n = in.at_n();
  operation.started_n = in.started_n();
  operation.ended_n = in.ended_n();
  operation.done = HasEnded(operation.phase);
  operation.ok = operation.phase == OperationPhase::kDone;
  operation.verdict = in.verdict();
}

}  // namespace continuo::coordinator
