// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/operator_client.h"

#include <grpcpp/channel.h>

#include <chrono>
#include <random>

#include "coordinator/edge/grpc/key_codec.h"
#include "coordinator/edge/grpc/log_codec.h"
#include "coordinator/edge/grpc/operation_codec.h"
#include "coordinator/edge/grpc/request_codec.h"
#include "coordinator/edge/grpc/view_codec.h"
#include "proto/continuo/v1/control.grpc.pb.h"
#include "proto/transport/channel.h"

namespace continuo::coordinator {
namespace {

constexpr std::chrono::seconds kQuickPatience{5};
/// Agents fetch assets and take memory meanwhile; the core gives up before this.
constexpr std::chrono::seconds kApplyPatience{180};

absl::Status Unreadable(const std::string& error) {
  return absl::InternalError("the coordinator sent what this program cannot read (" + error +
                             "); is it of another release?");
}

/// The request of a command. However often it is sent, its key is the same.
template <typename Request, typename Wish>
Request RequestFor(const Wish& wish) {
  Request request;
  WriteRequest(wish, request);
  if (request.key().empty()) request.set_key(WriteKey(NewCommandKey()));
  return request;
}

}  // namespace

CommandKey NewCommandKey() {
  std::random_device device;
  const auto half = [&device] { return std::uint64_t{device()} << 32 | device(); };
  return {half(), half()};
}

class OperatorClient::Wire {
 public:
  explicit Wire(const std::string& address)
      : address_(address),
        channel_(transport::MakeChannel(address)),
        stub_(v1::OperatorControl::NewStub(channel_)) {}

  template <typename Request, typename Answer>
  absl::StatusOr<Answer> Call(grpc::Status (v1::OperatorControl::Stub::*method)(
                                  grpc::ClientContext*, const Request&, Answer*),
                              const Request& request, std::chrono::seconds patience) {
    grpc::ClientContext context;
    if (patience.count() > 0) context.set_deadline(std::chrono::system_clock::now() + patience);
    Answer answer;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &answer);
    if (!status.ok()) return Explain(status);
    return answer;
  }

  template <typename Request, typename Wish>
  absl::StatusOr<Reply> Begin(grpc::Status (v1::OperatorControl::Stub::*method)(
                                  grpc::ClientContext*, const Request&, v1::OperationReply*),
                              const Wish& wish) {
    const auto answer = Call(method, RequestFor<Request>(wish), kQuickPatience);
    if (!answer.ok()) return answer.status();
    return ReadReply(*answer);
  }

  /// A wish that is answered by a sentence.
  template <typename Request, typename Answer, typename Wish>
  absl::StatusOr<Reply> Say(grpc::Status (v1::OperatorControl::Stub::*method)(grpc::ClientContext*,
                                                                              const Request&,
                                                                              Answer*),
                            const Wish& wish) {
    const auto answer = Call(method, RequestFor<Request>(wish), kQuickPatience);
    if (!answer.ok()) return answer.status();
    Reply reply;
    reply.text = answer->text();
    return reply;
  }

  v1::OperatorControl::Stub& stub() { return *stub_; }

  absl::Status Explain(const grpc::Status& status) const {
    if (channel_->GetState(false) != GRPC_CHANNEL_READY) {
      if (status.error_message().find("resolution failed") != std::string::npos) {
        return absl::UnavailableError("no machine is known by the name in " + address_ +
                                      "; name the coordinator with --coordinator HOST:PORT");
      }
      if (status.error_message().find("failed to connect") == std::string::npos) {
        return absl::UnavailableError("the coordinator at " + address_ +
                                      " went away before it answered; whether this was done is "
                                      "not known: see `continuo status` when it is back");
      }
      return absl::UnavailableError("no coordinator answers at " + address_ +
                                    "; start one (continuo-coordinator --listen " + address_ +
                                    " --state DIR), or name another with --coordinator HOST:PORT");
    }
    if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
      return absl::DeadlineExceededError("the coordinator at " + address_ +
                                         " does not answer in time");
    }
    if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
      return absl::UnimplementedError("what listens at " + address_ +
                                      " is no coordinator of this release");
    }
    return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
  }

 private:
  const std::string address_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::OperatorControl::Stub> stub_;
};

OperatorClient::OperatorClient(std::string address)
    : address_(std::move(address)), wire_(std::make_unique<Wire>(address_)) {}
OperatorClient::~OperatorClient() = default;

absl::StatusOr<Reply> OperatorClient::Apply(const ShowApplied& wish) {
  const auto request = RequestFor<v1::ApplyShowRequest>(wish);
  const auto answer = wire_->Call(&v1::OperatorControl::Stub::ApplyShow, request, kApplyPatience);
  if (!answer.ok()) return answer.status();
  return ReadReply(*answer);
}

absl::StatusOr<ShowDiff> OperatorClient::Diff(const ShowApplied& wish) {
  v1::ApplyShowRequest request;
  WriteRequest(wish, request);
  const auto answer = wire_->Call(&v1::OperatorControl::Stub::DiffShow, request, kQuickPatience);
  if (!answer.ok()) return answer.status();
  ShowDiff diff;
  std::string error;
  ReadReply(*answer, diff, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return diff;
}

absl::StatusOr<Reply> OperatorClient::Request(const RollbackRequested& wish) {
  const auto request = RequestFor<v1::RollbackShowRequest>(wish);
  const auto answer =
      wire_->Call(&v1::OperatorControl::Stub::RollbackShow, request, kApplyPatience);
  if (!answer.ok()) return answer.status();
  return ReadReply(*answer);
}

absl::StatusOr<Reply> OperatorClient::Request(const LockRequested& wish) {
  return wire_->Say(&v1::OperatorControl::Stub::LockShow, wish);
}
absl::StatusOr<Reply> OperatorClient::Request(const ShowStopRequested& wish) {
  return wire_->Say(&v1::OperatorControl::Stub::StopShow, wish);
}

absl::StatusOr<Reply> OperatorClient::Request(const EventRequested& wish) {
  constexpr std::chrono::seconds kForever{0};
  absl::StatusOr<v1::EventReply> answer;
  if (wish.command == Command::kParam) {
    const auto request = RequestFor<v1::SetParameterRequest>(wish);
    answer = wire_->Call(&v1::OperatorControl::Stub::SetParameter, request, kForever);
  } else {
    const auto request = RequestFor<v1::TransportRequest>(wish);
    answer = wire_->Call(&v1::OperatorControl::Stub::Transport, request, kForever);
  }
  if (!answer.ok()) return answer.status();
  return ReadReply(*answer);
}

absl::StatusOr<Reply> OperatorClient::Request(const MoveRequested& wish) {
  return wire_->Begin(&v1::OperatorControl::Stub::MoveTask, wish);
}
absl::StatusOr<Reply> OperatorClient::Request(const DrainRequested& wish) {
  return wire_->Begin(&v1::OperatorControl::Stub::DrainNode, wish);
}
absl::StatusOr<Reply> OperatorClient::Request(const RebalanceRequested& wish) {
  return wire_->Begin(&v1::OperatorControl::Stub::Rebalance, wish);
}
absl::StatusOr<Reply> OperatorClient::Request(const ReplicasRequested& wish) {
  return wire_->Begin(&v1::OperatorControl::Stub::SetReplicas, wish);
}
absl::StatusOr<Reply> OperatorClient::Request(const OperationCancelled& wish) {
  return wire_->Begin(&v1::OperatorControl::Stub::CancelOperation, wish);
}

absl::StatusOr<View> OperatorClient::Look() {
  const auto answer =
      wire_->Call(&v1::OperatorControl::Stub::GetStatus, v1::GetStatusRequest(), kQuickPatience);
  if (!answer.ok()) return answer.status();
  View view;
  std::string error;
  FromProto(*answer, view, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return view;
}

absl::Status OperatorClient::Watch(int period_ms, const std::function<bool(const View&)>& seen) {
  grpc::ClientContext context;
  v1::WatchStatusRequest request;
  request.set_period_ms(static_cast<std::uint32_t>(period_ms));
  const auto reader = wire_->stub().WatchStatus(&context, request);
  v1::ClusterStatus status;
  while (reader->Read(&status)) {
    View view;
    std::string error;
    FromProto(status, view, transport::FieldPlace(error));
    const bool go_on = error.empty() && seen(view);
    if (go_on) continue;
    context.TryCancel();
    reader->Finish();
    return error.empty() ? absl::OkStatus() : Unreadable(error);
  }
  const grpc::Status end = reader->Finish();
  return end.ok() ? absl::UnavailableError("the coordinator is going") : wire_->Explain(end);
}

absl::StatusOr<LogPage> OperatorClient::Log(std::uint64_t after, std::size_t most) {
  v1::GetLogRequest request;
  request.set_after(after);
  request.set_most(static_cast<std::uint32_t>(most));
  const auto answer = wire_->Call(&v1::OperatorControl::Stub::GetLog, request, kQuickPatience);
  if (!answer.ok()) return answer.status();
  LogPage page;
  std::string error;
  FromProto(*answer, page, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return page;
}

absl::StatusOr<TakeTexts> OperatorClient::GetTake() {
  const auto answer =
      wire_->Call(&v1::OperatorControl::Stub::GetTake, v1::GetTakeRequest(), kQuickPatience);
  if (!answer.ok()) return answer.status();
  TakeTexts take;
  std::string error;
  ReadTake(*answer, take, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return take;
}

}  // namespace continuo::coordinator
