// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "coordinator/core/ports.h"
#include "proto/continuo/v1/agent_link.grpc.pb.h"

namespace continuo::coordinator {

/// One agent's stream, driven by gRPC's threads. Deletes itself when gRPC is done with it.
class AgentStream final : public grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent> {
 public:
  /// Waiting messages beyond this are not queued if they would be sent again anyway (EventSubmitted): an agent that is
  /// stopped for seconds must not fill the coordinator's memory.
  static constexpr std::size_t kQueueSoft = 256;
  /// Beyond this the agent is not reading at all, and the stream is ended.
  static constexpr std::size_t kQueueHard = 2048;

  /// `gone` is called last, from OnDone.
  AgentStream(std::shared_ptr<Inbox> inbox, ConnectionId connection,
              std::function<void(ConnectionId)> gone);

  /// Any thread, until `gone`.
  void Send(const plan::ToAgent& message);
  /// The same, already written.
  void Send(v1::ToAgent message);
  /// Ends the stream after what was sent on it before.
  void Close(const grpc::Status& status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  /// True if the next message may be read.
  bool Take(const v1::FromAgent& in);
  void Refuse(std::uint32_t their_version);
  /// Room for one more; nullptr: nothing more is sent.
  v1::ToAgent* QueueLocked();
  void CloseLocked(const grpc::Status& status);
  void Pump();

  const std::shared_ptr<Inbox> inbox_;
  const ConnectionId connection_;
  const std::function<void(ConnectionId)> gone_;
  v1::FromAgent in_;
  bool greeted_ = false;  // reading thread only

  std::mutex mutex_;
  std::deque<v1::ToAgent> queue_;  // the front is being written while writing_
  grpc::Status status_;
  bool writing_ = false, closing_ = false, finished_ = false;
};

}  // namespace continuo::coordinator
