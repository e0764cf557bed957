// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/operator_client.h"

#include <chrono>
#include <random>

#include "coordinator/edge/grpc/key_codec.h"
#include "coordinator/edge/grpc/log_codec.h"
#include "coordinator/edge/grpc/operation_codec.h"
#include "coordinator/edge/grpc/operator_wire.h"
#include "coordinator/edge/grpc/request_codec.h"
#include "coordinator/edge/grpc/view_codec.h"
#include "proto/continuo/v1/control.grpc.pb.h"
#include "proto/transport/address_list.h"

namespace continuo::coordinator {
namespace {

using Stub = v1::OperatorControl::Stub;

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
  explicit Wire(const std::string& address) : wire_(Addresses(address)) {}

  template <typename Request, typename Answer>
  absl::StatusOr<Answer> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Answer*),
                              const Request& request, std::chrono::seconds patience) {
    Answer answer;
    const absl::Status status = wire_.Call(patience, [&](Stub& stub, grpc::ClientContext& context) {
      answer.Clear();
      return (stub.*method)(&context, request, &answer);
    });
    if (!status.ok()) return status;
    return answer;
  }

  /// What changes nothing.
  template <typename Request, typename Answer>
  absl::StatusOr<Answer> Read(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Answer*),
                              const Request& request) {
    return Call(method, request, kQuickPatience);
  }

  template <typename Request, typename Wish>
  absl::StatusOr<Reply> Begin(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           v1::OperationReply*),
                              const Wish& wish) {
    const auto answer = Call(method, RequestFor<Request>(wish), kQuickPatience);
    if (!answer.ok()) return answer.status();
    return ReadReply(*answer);
  }

  /// A wish that is answered by a sentence.
  template <typename Request, typename Answer, typename Wish>
  absl::StatusOr<Reply> Say(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                         Answer*),
                            const Wish& wish) {
    const auto answer = Call(method, RequestFor<Request>(wish), kQuickPatience);
    if (!answer.ok()) return answer.status();
    Reply reply;
    reply.text = answer->text();
    return reply;
  }

  OperatorWire& operator*() { return wire_; }

 private:
  static std::vector<std::string> Addresses(const std::string& text) {
    std::vector<std::string> addresses = transport::SplitAddresses(text);
    if (addresses.empty()) addresses.push_back(text);
    return addresses;
  }

  OperatorWire wire_;
};

OperatorClient::OperatorClient(const std::string& address)
    : wire_(std::make_unique<Wire>(address)) {}
OperatorClient::~OperatorClient() = default;
std::string OperatorClient::address() const {
  return (**wire_).address();
}

absl::StatusOr<Reply> OperatorClient::Apply(const ShowApplied& wish) {
  const auto request = RequestFor<v1::ApplyShowRequest>(wish);
  const auto answer = wire_->Call(&v1::OperatorControl::Stub::ApplyShow, request, kApplyPatience);
  if (!answer.ok()) return answer.status();
  return ReadReply(*answer);
}

absl::StatusOr<ShowDiff> OperatorClient::Diff(const ShowApplied& wish) {
  v1::ApplyShowRequest request;
  WriteRequest(wish, request);
  const auto answer = wire_->Read(&v1::OperatorControl::Stub::DiffShow, request);
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
  const auto answer = wire_->Read(&v1::OperatorControl::Stub::GetStatus, v1::GetStatusRequest());
  if (!answer.ok()) return answer.status();
  View view;
  std::string error;
  FromProto(*answer, view, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return view;
}

absl::Status OperatorClient::Watch(int period_ms, const std::function<bool(const View&)>& seen) {
  v1::WatchStatusRequest request;
  request.set_period_ms(static_cast<std::uint32_t>(period_ms));
  constexpr std::chrono::seconds kForever{0};
  std::string unreadable;
  const auto watch = [&](Stub& stub, grpc::ClientContext& context) {
    const auto reader = stub.WatchStatus(&context, request);
    v1::ClusterStatus status;
    while (reader->Read(&status)) {
      View view;
      FromProto(status, view, transport::FieldPlace(unreadable));
      if (unreadable.empty() && seen(view)) continue;
      context.TryCancel();
      reader->Finish();
      return grpc::Status::OK;
    }
    const grpc::Status end = reader->Finish();
    return end.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "the coordinator is going") : end;
  };
  const absl::Status end = (**wire_).Call(kForever, watch, OperatorWire::Wait::kWhole);
  return unreadable.empty() ? end : Unreadable(unreadable);
}

absl::StatusOr<LogPage> OperatorClient::Log(std::uint64_t after, std::size_t most) {
  v1::GetLogRequest request;
  request.set_after(after);
  request.set_most(static_cast<std::uint32_t>(most));
  const auto answer = wire_->Read(&v1::OperatorControl::Stub::GetLog, request);
  if (!answer.ok()) return answer.status();
  LogPage page;
  std::string error;
  FromProto(*answer, page, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return page;
}

absl::StatusOr<TakeTexts> OperatorClient::GetTake() {
  const auto answer = wire_->Read(&v1::OperatorControl::Stub::GetTake, v1::GetTakeRequest());
  if (!answer.ok()) return answer.status();
  TakeTexts take;
  std::string error;
  ReadTake(*answer, take, transport::FieldPlace(error));
  if (!error.empty()) return Unreadable(error);
  return take;
}

}  // namespace continuo::coordinator
