// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/ports.h"

namespace grpc {
class CallbackServerContext;
class ServerContext;
class Status;
}  // namespace grpc

namespace continuo::coordinator {

/// Trailing metadata of a call that should be made again elsewhere, UNAVAILABLE: this coordinator does not lead, or
/// ended before it had decided. The value is host:port of the one that leads, or empty if that is not known.
inline constexpr const char* kLeaderMetadata = "continuo-leader";
/// Of a call that was answered UNAVAILABLE by the one that leads: to ask again is no use.
inline constexpr const char* kFinalMetadata = "continuo-final";

/// UNAVAILABLE, with the leader's address in the context's metadata.
grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::ServerContext& context);
grpc::Status DoesNotLead(const Lobby::Visit& visit, grpc::CallbackServerContext& context);

}  // namespace continuo::coordinator
