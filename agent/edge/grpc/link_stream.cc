// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/grpc/link_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "proto/transport/channel.h"
#include "proto/transport/link_codec.h"

namespace continuo::agent {
namespace {

constexpr std::chrono::milliseconds kFirstDelay{250};
constexpr std::chrono::milliseconds kLastDelay{1000};
/// Stop may have to wait for this long.
constexpr std::chrono::milliseconds kConnectPatience{1000};

}  // namespace

LinkStream::~LinkStream() {
  Stop();
}

void LinkStream::Start() {
  thread_ = std::thread([this] { Run(); });
}

void LinkStream::AskToStop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    if (context_ != nullptr) context_->TryCancel();
  }
  wake_.notify_all();
}

void LinkStream::Stop() {
  AskToStop();
  if (thread_.joinable()) thread_.join();
}

void LinkStream::Run() {
  auto delay = kFirstDelay;
  bool hurried = false;
  while (true) {
    const Ended ended = Attach();
    if (ended.welcomed) delay = kFirstDelay;
    // Once in a row: whoever ends a stream again and again is not waited upon without a pause.
    hurried = ended.at_once && !hurried;
    if (!hurried && (ended.welcomed || ended.why != told_)) Tell(false, ended.why);
    const auto pause = hurried ? std::chrono::milliseconds(0) : delay;
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, pause, [this] { return stop_; })) return;
    if (!hurried) delay = std::min(2 * delay, kLastDelay);
  }
}

/// One life of the stream. Returns when it is over.
LinkStream::Ended LinkStream::Attach() {
  const auto channel = transport::MakeChannel(address_);
  if (!transport::Connect(*channel, kConnectPatience)) {
    return {"the coordinator at " + address_ + " does not answer; trying again"};
  }
  const auto stub = v1::AgentLink::NewStub(channel);
  grpc::ClientContext context;
  if (!Adopt(&context)) return {"stopping"};
  const std::unique_ptr<Call> call = stub->Attach(&context);
  Ended ended;
  v1::FromAgent hello;
  transport::ToProto(options_.hello(), hello);
  if (call->Write(hello)) ended.why = Converse(*call, ended.welcomed);
  Adopt(nullptr);
  const grpc::Status status = call->Finish();
  ended.at_once = !ended.welcomed && status.error_code() == grpc::StatusCode::ABORTED;
  if (!ended.why.empty()) return ended;
  ended.why = status.ok() ? "the coordinator at " + address_ + " ended the link"
                          : "the link to the coordinator at " + address_ +
                                " broke: " + status.error_message();
  return ended;
}

/// Makes `context` the one that Stop cancels. False if it is too late: nobody holds it then.
bool LinkStream::Adopt(grpc::ClientContext* context) {
  const std::lock_guard lock(mutex_);
  context_ = stop_ ? nullptr : context;
  return !stop_;
}

void LinkStream::Cancel() {
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr) context_->TryCancel();
}

bool LinkStream::stopping() {
  const std::lock_guard lock(mutex_);
  return stop_;
}

/// Reads until the stream ends. Empty, or why we ended it.
std::string LinkStream::Converse(Call& call, bool& welcomed) {
  std::thread writer;
  LinkDesk::Turn turn = 0;
  std::string problem;
  v1::ToAgent in;
  while (problem.empty() && call.Read(&in)) {
    plan::ToAgent message;
    std::string error;
    transport::FromProto(in, message, transport::FieldPlace(error));
    if (!error.empty()) {
      problem =
          "the coordinator at " + address_ + " sent what this agent cannot read (" + error + ")";
      break;
    }
    if (const auto* refusal = std::get_if<plan::Refusal>(&message)) {
      problem = "refused by the coordinator at " + address_ + ": " + refusal->reason;
    }
    const auto* const welcome = std::get_if<plan::Welcome>(&message);
    const bool is_asked = welcome != nullptr && welcome->node == 0;
    const std::uint64_t term = welcome != nullptr ? welcome->term : 0;
    const bool first = welcome != nullptr && !welcomed;
    options_.received(std::move(message));
    if (!first) continue;
    welcomed = true;
    turn = desk_.Take(term, [this] { Cancel(); });
    if (turn == 0) {
      problem = "the coordinator at " + address_ + " of term " + std::to_string(term) +
                " leads no longer";
      break;
    }
    writer = std::thread([this, &call, turn] { WriteAll(call, turn); });
    Tell(true, std::string(is_asked ? "asked for its plan by" : "attached to") +
                   " the coordinator at " + address_ + ", term " + std::to_string(term));
  }
  // A stream that broke has a reason, which cancelling would cover.
  if (!problem.empty()) Cancel();
  if (turn != 0) desk_.Leave(turn);
  if (writer.joinable()) writer.join();
  return problem;
}

void LinkStream::WriteAll(Call& call, LinkDesk::Turn turn) {
  while (auto message = desk_.outbox().Take(turn)) {
    v1::FromAgent out;
    transport::ToProto(*message, out);
    if (call.Write(out)) continue;
    desk_.outbox().Return(*std::move(message));
    Cancel();
    return;
  }
}

void LinkStream::Tell(bool connected, const std::string& why) {
  told_ = why;
  if (options_.changed && !stopping()) options_.changed(connected, why);
}

}  // namespace continuo::agent
