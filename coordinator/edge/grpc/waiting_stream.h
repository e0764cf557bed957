// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>

#include "coordinator/core/ports.h"
#include "proto/continuo/v1/agent_link.grpc.pb.h"

namespace continuo::coordinator {

/// The stream of an agent at a coordinator that does not lead: held open until it does. Deletes itself when gRPC is
/// done with it.
class WaitingStream final : public grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent> {
 public:
  /// `gone` is called last, from OnDone.
  WaitingStream(ConnectionId connection, std::function<void(ConnectionId)> gone)
      : connection_(connection), gone_(std::move(gone)) {}

  /// Any thread, until `gone`.
  void End() {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    Finish({grpc::StatusCode::ABORTED, "this coordinator leads now; attach again"});
  }
  void OnCancel() override { End(); }
  void OnDone() override {
    gone_(connection_);
    delete this;
  }

 private:
  const ConnectionId connection_;
  const std::function<void(ConnectionId)> gone_;
  std::mutex mutex_;
  bool ended_ = false;
};

}  // namespace continuo::coordinator
