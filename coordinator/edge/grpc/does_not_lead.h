// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/ports.h"

namespace grpc {
class CallbackServerContext;
class ServerContext;
class Status;
}  // namespace grpc

namespace continuo::coordinator {

/// Trailing metadata of a call that reached a coordinator that does not lead: host:port of the one that does, or empty
/// if that is not known. The call did nothing.
inline constexpr const char* kLeaderMetadata = "continuo-leader";

/// UNAVAILABLE, with the leader's address in the context's metadata.
grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::ServerContext& context);
grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::CallbackServerContext& context);

}  // namespace continuo::coordinator
