// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/agent_links.h"

#include <map>
#include <mutex>
#include <utility>
#include <variant>

#include "coordinator/edge/grpc/agent_stream.h"
#include "coordinator/edge/grpc/waiting_stream.h"
#include "proto/transport/part_writer.h"

namespace continuo::coordinator {
namespace {

const grpc::Status kDeposed(grpc::StatusCode::UNAVAILABLE, "this coordinator leads no longer");

}  // namespace

class AgentLinks::Streams {
 public:
  /// The streams of one kind that live. A stream is used only under the lock, under which it also leaves, so none is
  /// used after it is gone.
  template <typename Stream>
  class Living {
   public:
    template <typename Use>
    void With(ConnectionId connection, const Use& use) {
      const std::lock_guard lock(mutex_);
      const auto found = streams_.find(connection);
      if (found != streams_.end()) use(*found->second);
    }
    template <typename Use>
    void WithAll(const Use& use) {
      const std::lock_guard lock(mutex_);
      for (const auto& [connection, stream] : streams_) use(*stream);
    }
    void Add(ConnectionId connection, Stream* stream) {
      const std::lock_guard lock(mutex_);
      streams_.emplace(connection, stream);
    }
    void Remove(ConnectionId connection) {
      const std::lock_guard lock(mutex_);
      streams_.erase(connection);
    }

   private:
    std::mutex mutex_;
    std::map<ConnectionId, Stream*> streams_;
  };

  Living<AgentStream> attached;
  Living<WaitingStream> waiting;

  void Write(const plan::PlanSent& sent, v1::ToAgent& out) {
    const std::lock_guard lock(writing_);
    writer_.Write(sent, out);
  }

 private:
  std::mutex writing_;
  transport::PartWriter writer_;
};

class AgentLinks::Service final : public v1::AgentLink::CallbackService {
 public:
  explicit Service(Streams& streams) : streams_(streams) {}
  void Serve(Lobby& lobby) { lobby_ = &lobby; }

  grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* Attach(
      grpc::CallbackServerContext*) override {
    const ConnectionId connection = lobby_->NewConnection();
    const std::shared_ptr<Inbox> inbox = lobby_->Enter().inbox;
    if (inbox == nullptr) return Wait(connection);
    auto* stream = new AgentStream(inbox, connection,
                                   [this](ConnectionId which) { streams_.attached.Remove(which); });
    streams_.attached.Add(connection, stream);
    // Whoever ended them all may have been here a moment before.
    if (lobby_->Enter().inbox != inbox) EndAttached(connection);
    return stream;
  }

 private:
  grpc::ServerBidiReactor<v1::FromAgent, v1::ToAgent>* Wait(ConnectionId connection) {
    auto* stream = new WaitingStream(
        connection, [this](ConnectionId which) { streams_.waiting.Remove(which); });
    streams_.waiting.Add(connection, stream);
    if (lobby_->Enter().inbox != nullptr) {
      streams_.waiting.With(connection, [](WaitingStream& waiting) { waiting.End(); });
    }
    return stream;
  }
  void EndAttached(ConnectionId connection) {
    streams_.attached.With(connection, [](AgentStream& attached) { attached.Close(kDeposed); });
  }

  Streams& streams_;
  Lobby* lobby_ = nullptr;
};

AgentLinks::AgentLinks()
    : streams_(std::make_unique<Streams>()), service_(std::make_unique<Service>(*streams_)) {}
AgentLinks::~AgentLinks() = default;
void AgentLinks::Serve(Lobby& lobby) {
  service_->Serve(lobby);
}
grpc::Service& AgentLinks::service() {
  return *service_;
}

void AgentLinks::Send(ConnectionId connection, const plan::ToAgent& message) {
  const auto* const plan = std::get_if<plan::PlanSent>(&message);
  if (plan == nullptr || plan->parts == nullptr) {
    return streams_->attached.With(connection, [&](AgentStream& stream) { stream.Send(message); });
  }
  v1::ToAgent written;
  streams_->Write(*plan, written);
  streams_->attached.With(connection,
                          [&](AgentStream& stream) { stream.Send(std::move(written)); });
}

void AgentLinks::Close(ConnectionId connection) {
  streams_->attached.With(connection, [](AgentStream& stream) {
    stream.Close({grpc::StatusCode::ABORTED, "ended by the coordinator"});
  });
}

void AgentLinks::EndWaiting() {
  streams_->waiting.WithAll([](WaitingStream& stream) { stream.End(); });
}

void AgentLinks::EndAttached() {
  streams_->attached.WithAll([](AgentStream& stream) { stream.Close(kDeposed); });
}

}  // namespace continuo::coordinator
