// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/agent_links.h"

#include <map>

#include "coordinator/edge/grpc/agent_stream.h"

namespace continuo::coordinator {

/// The streams that live. A stream is used only under the lock, under which it also leaves, so none is used after it
/// is gone.
class AgentLinks::Streams {
 public:
  template <typename Use>
  void With(ConnectionId connection, const Use& use) {
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(connection);
    if (found != streams_.end()) use(*found->second);
  }
  void Add(ConnectionId connection, AgentStream* stream) {
    const std::lock_guard lock(mutex_);
    streams_.emplace(connection, stream);
  }
  void Remove(ConnectionId connection) {
    const std::lock_guard lock(mutex_);
    streams_.erase(connection);
  }

 private:
  std::mutex mutex_;
  std::map<ConnectionId, AgentStream*> streams_;
};

class AgentLinks::Service final : public v1::AgentLink::CallbackService {
 public:
  explicit Service(Streams& streams) : streams_(streams) {}
  void Serve(Inbox& inbox) { inbox_ = &inbox; }

  grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* Attach(
      grpc::CallbackServerContext*) override {
    const ConnectionId connection = inbox_->NewConnection();
    auto* stream = new AgentStream(*inbox_, connection,
                                   [this](ConnectionId which) { streams_.Remove(which); });
    streams_.Add(connection, stream);
    return stream;
  }

 private:
  Streams& streams_;
  Inbox* inbox_ = nullptr;
};

AgentLinks::AgentLinks()
    : streams_(std::make_unique<Streams>()), service_(std::make_unique<Service>(*streams_)) {}
AgentLinks::~AgentLinks() = default;
void AgentLinks::Serve(Inbox& inbox) {
  service_->Serve(inbox);
}
grpc::Service& AgentLinks::service() {
  return *service_;
}

void AgentLinks::Send(ConnectionId connection, const plan::ToAgent& message) {
  streams_->With(connection, [&](AgentStream& stream) { stream.Send(message); });
}

void AgentLinks::Close(ConnectionId connection) {
  streams_->With(connection, [](AgentStream& stream) {
    stream.Close({grpc::StatusCode::ABORTED, "ended by the coordinator"});
  });
}

}  // namespace continuo::coordinator
