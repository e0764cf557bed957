// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/grpc/coordinator_link.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "agent/edge/grpc/outbox.h"
#include "proto/continuo/v1/agent_link.grpc.pb.h"
#include "proto/transport/channel.h"
#include "proto/transport/link_codec.h"

namespace continuo::agent {
namespace {

constexpr std::chrono::milliseconds kFirstDelay{250};
constexpr std::chrono::milliseconds kLastDelay{2000};
/// Stop may have to wait for this long.
constexpr std::chrono::milliseconds kConnectPatience{1000};

using Call = grpc::ClientReaderWriter<v1::FromAgent, v1::ToAgent>;

bool WriteMessage(Call& call, const plan::FromAgent& message) {
  v1::FromAgent out;
  transport::ToProto(message, out);
  return call.Write(out);
}

}  // namespace

// The link thread connects, says Hello and reads; while it is welcome a second thread writes what the outbox holds.
class CoordinatorLink::Stream {
 public:
  explicit Stream(Options options) : options_(std::move(options)) {}
  ~Stream() { Stop(); }

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
      if (context_ != nullptr) context_->TryCancel();
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  void Send(plan::FromAgent message) { outbox_.Put(std::move(message)); }
  bool connected() const { return connected_; }

 private:
  void Run() {
    auto delay = kFirstDelay;
    while (true) {
      std::string why = Attach();
      if (connected_) delay = kFirstDelay;
      const bool was_connected = connected_.exchange(false);
      if (was_connected || why != told_) Tell(false, why);
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, delay, [this] { return stop_; })) return;
      delay = std::min(2 * delay, kLastDelay);
    }
  }

  /// One life of the stream. Returns when it is over, with why.
  std::string Attach() {
    const auto channel = transport::MakeChannel(options_.address);
    if (!transport::Connect(*channel, kConnectPatience)) {
      return "the coordinator at " + options_.address + " does not answer; trying again";
    }
    const auto stub = v1::AgentLink::NewStub(channel);
    grpc::ClientContext context;
    if (!Adopt(&context)) return "stopping";
    const std::unique_ptr<Call> call = stub->Attach(&context);
    std::string problem;
    if (WriteMessage(*call, options_.hello())) problem = Converse(*call, context);
    Adopt(nullptr);
    const grpc::Status status = call->Finish();
    if (!problem.empty()) return problem;
    return status.ok() ? "the coordinator ended the link"
                       : "the link to the coordinator broke: " + status.error_message();
  }

  /// Makes `context` the one that Stop cancels. False if it is too late.
  bool Adopt(grpc::ClientContext* context) {
    const std::lock_guard lock(mutex_);
    context_ = context;
    return !stop_;
  }

  bool stopping() {
    const std::lock_guard lock(mutex_);
    return stop_;
  }

  /// Reads until the stream ends. Empty, or why we ended it.
  std::string Converse(Call& call, grpc::ClientContext& context) {
    std::thread writer;
    std::string problem;
    v1::ToAgent in;
    while (problem.empty() && call.Read(&in)) {
      plan::ToAgent message;
      std::string error;
      transport::FromProto(in, message, transport::FieldPlace(error));
      if (!error.empty()) {
        problem = "the coordinator sent what this agent cannot read (" + error + ")";
        break;
      }
      if (const auto* refusal = std::get_if<plan::Refusal>(&message)) {
        problem = "refused by the coordinator: " + refusal->reason;
      }
      const bool welcome = std::holds_alternative<plan::Welcome>(message);
      options_.received(std::move(message));
      if (welcome && !writer.joinable()) {
        outbox_.Open();
        writer = std::thread([&] { WriteAll(call, context); });
        connected_ = true;
        Tell(true, "attached to the coordinator at " + options_.address);
      }
    }
    // A stream that broke has a reason, which cancelling would cover.
    if (!problem.empty()) context.TryCancel();
    outbox_.Shut();
    if (writer.joinable()) writer.join();
    return problem;
  }

  void WriteAll(Call& call, grpc::ClientContext& context) {
    while (auto message = outbox_.Take()) {
      if (WriteMessage(call, *message)) continue;
      outbox_.Return(*std::move(message));
      context.TryCancel();
      return;
    }
  }

  void Tell(bool connected, const std::string& why) {
    told_ = why;
    if (options_.changed && !stopping()) options_.changed(connected, why);
  }

  const Options options_;
  Outbox outbox_;
  std::thread thread_;
  std::string told_;  // link thread only: an unchanged reason is not repeated
  std::atomic<bool> connected_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  grpc::ClientContext* context_ = nullptr;
  bool stop_ = false;
};

CoordinatorLink::CoordinatorLink(Options options)
    : stream_(std::make_unique<Stream>(std::move(options))) {}
CoordinatorLink::~CoordinatorLink() = default;
void CoordinatorLink::Start() {
  stream_->Start();
}
void CoordinatorLink::Stop() {
  stream_->Stop();
}
void CoordinatorLink::Send(plan::FromAgent message) {
  stream_->Send(std::move(message));
}
bool CoordinatorLink::connected() const {
  return stream_->connected();
}

}  // namespace continuo::agent
