// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/control_service.h"

#include "coordinator/edge/grpc/does_not_lead.h"
#include "coordinator/edge/grpc/log_codec.h"
#include "coordinator/edge/grpc/operation_codec.h"
#include "coordinator/edge/grpc/request_codec.h"
#include "coordinator/edge/grpc/take_codec.h"
#include "coordinator/edge/grpc/view_codec.h"
#include "coordinator/edge/grpc/watch_stream.h"
#include "proto/continuo/v1/control.grpc.pb.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerContext;
using grpc::ServerUnaryReactor;
using Control = v1::OperatorControl;

// Calls that the core answers are driven by callbacks; the others block a thread for some milliseconds.
template <typename Service>
using Operations = Control::WithCallbackMethod_MoveTask<Control::WithCallbackMethod_DrainNode<
    Control::WithCallbackMethod_Rebalance<Control::WithCallbackMethod_SetReplicas<
        Control::WithCallbackMethod_CancelOperation<Service>>>>>;
template <typename Service>
using Shows = Control::WithCallbackMethod_ApplyShow<Control::WithCallbackMethod_StopShow<
    Control::WithCallbackMethod_RollbackShow<Control::WithCallbackMethod_LockShow<Service>>>>;
template <typename Service>
using Lasting = Control::WithCallbackMethod_SetParameter<
    Control::WithCallbackMethod_Transport<Control::WithCallbackMethod_WatchStatus<Service>>>;

grpc::StatusCode ToStatus(Code code) {
  switch (code) {
    case Code::kOk:
      return grpc::StatusCode::OK;
    case Code::kInvalid:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case Code::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case Code::kPrecondition:
      return grpc::StatusCode::FAILED_PRECONDITION;
    case Code::kExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case Code::kUnavailable:
    case Code::kEnded:
      return grpc::StatusCode::UNAVAILABLE;
  }
  return grpc::StatusCode::INTERNAL;
}

std::optional<View> LookAt(const Lobby::Visit& visit) {
  return visit.inbox == nullptr ? std::nullopt : visit.inbox->Look();
}

class ControlService final : public Shows<Lasting<Operations<Control::Service>>> {
 public:
  ControlService(Lobby& lobby, std::string build_id)
      : lobby_(lobby), build_id_(std::move(build_id)) {}

  ServerUnaryReactor* ApplyShow(CallbackServerContext* context, const v1::ApplyShowRequest* request,
                                v1::ApplyShowReply* reply) override {
    return AskShow<ShowApplied>(context, *request, reply);
  }

  ServerUnaryReactor* RollbackShow(CallbackServerContext* context,
                                   const v1::RollbackShowRequest* request,
                                   v1::ApplyShowReply* reply) override {
    return AskShow<RollbackRequested>(context, *request, reply);
  }

  ServerUnaryReactor* LockShow(CallbackServerContext* context, const v1::LockShowRequest* request,
                               v1::LockShowReply* reply) override {
    return Ask<LockRequested>(context, *request, [reply](const Reply& answer) {
      reply->set_text(answer.text);
      return false;
    });
  }

  grpc::Status DiffShow(ServerContext* context, const v1::ApplyShowRequest* request,
                        v1::DiffShowReply* reply) override {
    ShowApplied wish;
    std::string error;
    ReadRequest(*request, wish, transport::FieldPlace(error));
    if (!error.empty()) return {grpc::StatusCode::INVALID_ARGUMENT, error};
    return Inspect(*context, [&](const State& state, Nanoseconds now) {
      WriteReply(coordinator::DiffShow(state.ledger, wish, now), *reply);
    });
  }

  ServerUnaryReactor* StopShow(CallbackServerContext* context, const v1::StopShowRequest* request,
                               v1::StopShowReply* reply) override {
    return Ask<ShowStopRequested>(context, *request, [reply](const Reply& answer) {
      reply->set_text(answer.text);
      return false;
    });
  }

  ServerUnaryReactor* SetParameter(CallbackServerContext* context,
                                   const v1::SetParameterRequest* request,
                                   v1::EventReply* reply) override {
    return AskEvent(context, *request, reply);
  }

  ServerUnaryReactor* Transport(CallbackServerContext* context, const v1::TransportRequest* request,
                                v1::EventReply* reply) override {
    return AskEvent(context, *request, reply);
  }

  ServerUnaryReactor* MoveTask(CallbackServerContext* context, const v1::MoveTaskRequest* request,
                               v1::OperationReply* reply) override {
    return AskOperation<MoveRequested>(context, *request, reply);
  }

  ServerUnaryReactor* DrainNode(CallbackServerContext* context, const v1::DrainNodeRequest* request,
                                v1::OperationReply* reply) override {
    return AskOperation<DrainRequested>(context, *request, reply);
  }

  ServerUnaryReactor* Rebalance(CallbackServerContext* context, const v1::RebalanceRequest* request,
                                v1::OperationReply* reply) override {
    return AskOperation<RebalanceRequested>(context, *request, reply);
  }

  ServerUnaryReactor* SetReplicas(CallbackServerContext* context,
                                  const v1::SetReplicasRequest* request,
                                  v1::OperationReply* reply) override {
    return AskOperation<ReplicasRequested>(context, *request, reply);
  }

  ServerUnaryReactor* CancelOperation(CallbackServerContext* context,
                                      const v1::CancelOperationRequest* request,
                                      v1::OperationReply* reply) override {
    return AskOperation<OperationCancelled>(context, *request, reply);
  }

  grpc::Status GetStatus(ServerContext* context, const v1::GetStatusRequest*,
                         v1::ClusterStatus* reply) override {
    const Lobby::Visit visit = lobby_.Enter();
    std::optional<View> view = LookAt(visit);
    if (!view) return DoesNotLead(visit, *context);
    view->coordinators = lobby_.Coordinators();
    ToProto(*view, *reply);
    return grpc::Status::OK;
  }

  grpc::Status GetLog(ServerContext* context, const v1::GetLogRequest* request,
                      v1::GetLogReply* reply) override {
    if (request->most() < 1 || request->most() > kLogEntriesMax) {
      return {grpc::StatusCode::INVALID_ARGUMENT,
              "most: not between 1 and " + std::to_string(kLogEntriesMax)};
    }
    LogPage page;
    const grpc::Status shown = Inspect(*context, [&](const State& state, Nanoseconds now) {
      page.term = state.ledger.term;
      page.now = plan::MediaTimeAt(state.ledger.media, now);
      page.entries = state.log.Since(request->after(), request->most());
    });
    if (shown.ok()) ToProto(page, *reply);
    return shown;
  }

  grpc::ServerWriteReactor<v1::ClusterStatus>* WatchStatus(
      CallbackServerContext* context, const v1::WatchStatusRequest* request) override {
    return new WatchStream(lobby_, *context, request->period_ms());
  }

  grpc::Status GetTake(ServerContext* context, const v1::GetTakeRequest*,
                       v1::Take* reply) override {
    const Lobby::Visit visit = lobby_.Enter();
    const std::optional<View> view = LookAt(visit);
    if (!view) return DoesNotLead(visit, *context);
    if (view->plan.version == 0 || view->plan.start_n == 0) {
      return {grpc::StatusCode::FAILED_PRECONDITION,
              "nothing has been played yet; apply a show first"};
    }
    WriteTake(*view, build_id_, *reply);
    return grpc::Status::OK;
  }

 private:
  grpc::Status Inspect(ServerContext& context,
                       const std::function<void(const State&, Nanoseconds)>& look) {
    const Lobby::Visit visit = lobby_.Enter();
    const bool shown = visit.inbox != nullptr && visit.inbox->Inspect(look);
    return shown ? grpc::Status::OK : DoesNotLead(visit, context);
  }

  /// Reads the request, asks the core, finishes when it answers. `write` fills the reply and says whether that is to
  /// be delivered even though the core said no.
  template <typename Wish, typename Request, typename Write>
  ServerUnaryReactor* Ask(CallbackServerContext* context, const Request& request, Write write) {
    ServerUnaryReactor* reactor = context->DefaultReactor();
    Wish wish;
    std::string error;
    ReadRequest(request, wish, transport::FieldPlace(error));
    if (!error.empty()) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, error});
      return reactor;
    }
    const Lobby::Visit visit = lobby_.Enter();
    if (visit.inbox == nullptr) {
      reactor->Finish(DoesNotLead(visit, *context));
      return reactor;
    }
    visit.inbox->Ask(std::move(wish), [context, reactor, write](const Reply& answer) {
      const bool deliver = write(answer);
      if (answer.code == Code::kEnded) context->AddTrailingMetadata(kLeaderMetadata, "");
      if (answer.code == Code::kUnavailable) context->AddTrailingMetadata(kFinalMetadata, "");
      reactor->Finish(answer.ok() || deliver ? grpc::Status::OK
                                             : grpc::Status(ToStatus(answer.code), answer.text));
    });
    return reactor;
  }

  template <typename Wish, typename Request>
  ServerUnaryReactor* AskShow(CallbackServerContext* context, const Request& request,
                              v1::ApplyShowReply* reply) {
    return Ask<Wish>(context, request, [reply](const Reply& answer) {
      WriteReply(answer, *reply);
      // A show that is wrong is an answer, not a failure: its issues have to reach the person.
      return !answer.issues.empty();
    });
  }

  template <typename Request>
  ServerUnaryReactor* AskEvent(CallbackServerContext* context, const Request& request,
                               v1::EventReply* reply) {
    return Ask<EventRequested>(context, request, [reply](const Reply& answer) {
      WriteReply(answer, *reply);
      return answer.verdict != Verdict::kNone;  // EXPIRED is an answer
    });
  }

  template <typename Wish, typename Request>
  ServerUnaryReactor* AskOperation(CallbackServerContext* context, const Request& request,
                                   v1::OperationReply* reply) {
    return Ask<Wish>(context, request, [reply](const Reply& answer) {
      WriteReply(answer, *reply);
      return false;
    });
  }

  Lobby& lobby_;
  const std::string build_id_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeControlService(Lobby& lobby, std::string build_id) {
  return std::make_unique<ControlService>(lobby, std::move(build_id));
}

}  // namespace continuo::coordinator
