// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/does_not_lead.h"

#include <grpcpp/server_context.h>

namespace continuo::coordinator {
namespace {

template <typename Context>
grpc::Status Refer(const Lobby::Visit& visit, Context& context) {
  context.AddTrailingMetadata(kLeaderMetadata, visit.leader);
  if (visit.leader.empty()) {
    return {grpc::StatusCode::UNAVAILABLE,
            "this coordinator does not lead, and knows of none that does; ask again in a moment"};
  }
  return {grpc::StatusCode::UNAVAILABLE,
          "this coordinator does not lead; ask the one at " + visit.leader};
}

}  // namespace

grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::ServerContext& context) {
  return Refer(visit, context);
}
grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::CallbackServerContext& context) {
  return Refer(visit, context);
}

}  // namespace continuo::coordinator
