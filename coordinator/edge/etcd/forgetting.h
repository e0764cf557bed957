// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/support/async_unary_call.h>

#include <memory>
#include <vector>

#include "coordinator/core/leadership.h"
#include "coordinator/edge/etcd/etcd.grpc.pb.h"

namespace continuo::coordinator {

/// Requests to etcd to forget its past (RPC Compact), which nobody waits for: what fails now comes with the next, and
/// the music must not wait. Used by one thread. Its end cancels what is under way.
///
/// Not with gRPC's callbacks: those of 1.51 abort the program when its last channel is closed while they begin.
class Forgetting {
 public:
  Forgetting() = default;
  ~Forgetting();
  Forgetting(const Forgetting&) = delete;
  Forgetting& operator=(const Forgetting&) = delete;

  /// What keys were before `revision`. Does not block.
  void Ask(etcdserverpb::KV::Stub& kv, Revision revision);

 private:
  struct Question {
    grpc::ClientContext context;
    etcdserverpb::CompactionResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<etcdserverpb::CompactionResponse>> answer;
  };

  void DropAnswered();

  grpc::CompletionQueue answers_;
  std::vector<std::unique_ptr<Question>> under_way_;
};

}  // namespace continuo::coordinator
