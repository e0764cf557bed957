// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/controls/operator_calls.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include "proto/continuo/v1/control.grpc.pb.h"
#include "proto/transport/channel.h"
#include "proto/transport/field_place.h"
#include "proto/transport/plan_codec.h"

namespace continuo::mcu {
namespace {

/// Metadata of an answer by a coordinator that does not lead: host:port of the one that does, or nothing.
constexpr const char* kLeader = "continuo-leader";
/// Of one by the leader itself, for whom to be asked again is no use.
constexpr const char* kFinal = "continuo-final";
/// A look that takes longer is another address's; a command has the lead, or the bar that it waits for.
constexpr int kLookSeconds = 2, kCommandSeconds = 30;

v1::SetParameterRequest SetRequest(const OperatorWish& wish) {
  v1::SetParameterRequest request;
  request.set_task(wish.task);
  request.set_param(wish.param);
  request.set_value(wish.value);
  request.set_key(wish.key.data(), wish.key.size());
  return request;
}

v1::TransportRequest TransportRequestOf(const OperatorWish& wish) {
  v1::TransportRequest request;
  request.set_key(wish.key.data(), wish.key.size());
  switch (wish.kind) {
    case OperatorWish::Kind::kSet:
      break;
    case OperatorWish::Kind::kPlay:
      request.mutable_play();
      break;
    case OperatorWish::Kind::kStop:
      request.mutable_stop();
      break;
    case OperatorWish::Kind::kTempo:
      request.set_tempo_mbpm(wish.tempo_mbpm);
      break;
    case OperatorWish::Kind::kScene:
      request.set_scene(wish.scene);
      break;
    case OperatorWish::Kind::kMute:
    case OperatorWish::Kind::kSound:
      request.set_mute(wish.kind == OperatorWish::Kind::kMute);
      break;
  }
  return request;
}

ShowView ViewOf(const v1::ClusterStatus& status) {
  ShowView view;
  std::string error;
  view.plays = status.phase() == v1::SHOW_PHASE_PLAYING;
  view.playout = status.timing().playout();
  transport::FromProto(status.segment(), view.segment, transport::FieldPlace(error));
  for (const v1::Segment& segment : status.segments()) {
    transport::FromProto(segment, view.segments.emplace_back(), transport::FieldPlace(error));
  }
  if (!error.empty()) view.plays = false;
  for (const v1::TaskStatus& task : status.tasks()) {
    for (const v1::ReplicaView& replica : task.replicas()) {
      if (replica.readings_size() == 0) continue;
      view.readings.push_back(
          {task.name(), task.kind(), {replica.readings().begin(), replica.readings().end()}});
      break;
    }
  }
  return view;
}

}  // namespace

class OperatorCalls::Calls {
 public:
  explicit Calls(std::vector<std::string> addresses) : addresses_(std::move(addresses)) {}
  ~Calls() {
    std::unique_lock lock(mutex_);
    for (grpc::ClientContext* const context : contexts_) context->TryCancel();
    ended_.wait(lock, [this] { return contexts_.empty(); });
  }

  void Begin(const Controls::Ask& ask) {
    auto call = std::make_shared<Call<v1::SetParameterRequest, v1::EventReply>>();
    auto moved = std::make_shared<Call<v1::TransportRequest, v1::EventReply>>();
    const auto answered = [this, ask](const grpc::Status& status, const v1::EventReply& reply,
                                      bool again) {
      OperatorAnswer answer{.reached = !again, .text = status.error_message()};
      if (status.ok()) {
        answer.committed = reply.verdict() == v1::VERDICT_COMMITTED;
        answer.at = reply.at();
        answer.text = reply.text();
      }
      answers_.emplace_back(ask, answer);
    };
    if (ask.wish.kind == OperatorWish::Kind::kSet) {
      call->request = SetRequest(ask.wish);
      Start(&Async::SetParameter, call, kCommandSeconds, answered);
    } else {
      moved->request = TransportRequestOf(ask.wish);
      Start(&Async::Transport, moved, kCommandSeconds, answered);
    }
  }

  void Look() {
    {
      const std::lock_guard lock(mutex_);
      if (looks_) return;
      looks_ = true;
    }
    auto call = std::make_shared<Call<v1::GetStatusRequest, v1::ClusterStatus>>();
    Start(&Async::GetStatus, call, kLookSeconds,
          [this](const grpc::Status& status, const v1::ClusterStatus& reply, bool) {
            looks_ = false;
            if (status.ok()) views_.push_back(ViewOf(reply));
          });
  }

  std::vector<Answered> TakeAnswers() {
    const std::lock_guard lock(mutex_);
    return std::exchange(answers_, {});
  }
  std::vector<ShowView> TakeViews() {
    const std::lock_guard lock(mutex_);
    return std::exchange(views_, {});
  }

 private:
  using Async = v1::OperatorControl::StubInterface::async_interface;
  struct Line {
    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<v1::OperatorControl::Stub> stub;
  };
  template <typename Request, typename Reply>
  struct Call {
    grpc::ClientContext context;
    Request request;
    Reply reply;
  };

  /// `answered` is called with mutex_ held, on a thread of gRPC's.
  template <typename Request, typename Reply, typename Answer>
  void Start(void (Async::*method)(grpc::ClientContext*, const Request*, Reply*,
                                   std::function<void(grpc::Status)>),
             std::shared_ptr<Call<Request, Reply>> call, int seconds, Answer answered) {
    std::string address;
    Async* stub = nullptr;
    {
      const std::lock_guard lock(mutex_);
      contexts_.push_back(&call->context);
      address = Now();
      Line& line = lines_[address];
      if (line.stub == nullptr) {
        line.channel = transport::MakeEagerChannel(address);
        line.stub = v1::OperatorControl::NewStub(line.channel);
      }
      stub = line.stub->async();
    }
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
    (stub->*method)(&call->context, &call->request, &call->reply,
                    [this, call, address, answered](const grpc::Status& status) {
                      const std::lock_guard lock(mutex_);
                      answered(status, call->reply, TurnFrom(address, status, call->context));
                      std::erase(contexts_, &call->context);
                      ended_.notify_all();
                    });
  }

  std::string Now() const { return named_.empty() ? addresses_[turn_] : named_; }

  /// True: it is to be asked again, of whoever is next.
  bool TurnFrom(const std::string& address, const grpc::Status& status,
                const grpc::ClientContext& context) {
    const bool lost = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                      status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
                      status.error_code() == grpc::StatusCode::CANCELLED;
    if (!lost) return false;
    const auto& metadata = context.GetServerTrailingMetadata();
    if (metadata.contains(kFinal)) return false;
    if (address != Now()) return true;  // that one was left already
    const auto leader = metadata.find(kLeader);
    named_ =
        leader == metadata.end() ? "" : std::string(leader->second.data(), leader->second.size());
    if (named_.empty()) turn_ = (turn_ + 1) % addresses_.size();
    return true;
  }

  const std::vector<std::string> addresses_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<std::string, Line> lines_;
  std::size_t turn_ = 0;
  std::string named_;  // who was said to lead; empty: nobody was
  std::vector<grpc::ClientContext*> contexts_;
  bool looks_ = false;
  std::vector<Answered> answers_;
  std::vector<ShowView> views_;
};

OperatorCalls::OperatorCalls(std::vector<std::string> addresses)
    : calls_(std::make_unique<Calls>(std::move(addresses))) {}
OperatorCalls::~OperatorCalls() = default;
void OperatorCalls::Begin(const Controls::Ask& ask) {
  calls_->Begin(ask);
}
void OperatorCalls::Look() {
  calls_->Look();
}
std::vector<OperatorCalls::Answered> OperatorCalls::TakeAnswers() {
  return calls_->TakeAnswers();
}
std::vector<ShowView> OperatorCalls::TakeViews() {
  return calls_->TakeViews();
}

}  // namespace continuo::mcu
