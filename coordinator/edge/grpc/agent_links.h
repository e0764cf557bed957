// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "coordinator/core/ports.h"

namespace grpc {
class Service;
}

namespace continuo::coordinator {

/// The agents' streams (continuo.v1.AgentLink). An attachment becomes a ConnectionId; its messages become AgentSpoke,
/// its end AgentLeft, always last and exactly once. An agent of another link version is refused here and never reaches
/// the core: of what it says only the version can be trusted.
///
/// While this coordinator does not lead, streams wait: nothing is read from them nor said. When it does, EndWaiting
/// ends them, and their agents attach anew, with a Hello that is of that moment.
class AgentLinks final : public AgentStreams {
 public:
  AgentLinks();
  ~AgentLinks() override;

  /// Where messages go. Before the server starts; must outlive it.
  void Serve(Lobby& lobby);
  grpc::Service& service();

  // Any thread. What is sent to a stream that has ended is dropped.
  void Send(ConnectionId connection, const plan::ToAgent& message) override;
  void Close(ConnectionId connection) override;
  /// Of agents that waited for this coordinator to lead: it does, the lobby has an inbox.
  void EndWaiting();
  /// Of agents that were attached: it leads no longer, the lobby has no inbox any more.
  void EndAttached();

 private:
  class Streams;
  class Service;
  std::unique_ptr<Streams> streams_;
  std::unique_ptr<Service> service_;
};

}  // namespace continuo::coordinator
