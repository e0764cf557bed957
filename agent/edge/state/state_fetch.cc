// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/state/state_fetch.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <string_view>
#include <utility>

#include "proto/continuo/v1/replica_state.grpc.pb.h"
#include "proto/transport/asset_folder.h"
#include "proto/transport/channel.h"
#include "proto/transport/field_place.h"

namespace continuo::agent {
namespace {

constexpr std::chrono::milliseconds kConnectPatience{1000};
constexpr std::chrono::minutes kPatience{3};

/// Takes what comes of one state. Errors are sentences; the first one ends it.
class Arrival {
 public:
  std::string Take(const v1::StateChunk& message) {
    if (message.has_header() == begun_) {
      return begun_ ? "it began its state twice" : "it sent a state without a header";
    }
    if (!begun_) return Begin(message.header());
    std::vector<std::uint8_t>& bytes = state_.bytes;
    if (message.data().size() > total_ - bytes.size()) return "it sent more than it announced";
    bytes.insert(bytes.end(), message.data().begin(), message.data().end());
    return "";
  }
  std::string Finish() const {
    if (!begun_) return "it sent nothing";
    if (state_.bytes.size() < total_) {
      return "its state was cut off after " + std::to_string(state_.bytes.size()) + " of " +
             std::to_string(total_) + " bytes";
    }
    const std::string_view text(reinterpret_cast<const char*>(state_.bytes.data()),
                                state_.bytes.size());
    return transport::Sha256(text) == sha256_ ? "" : "it sent other bytes than it announced";
  }
  std::uint64_t total() const { return total_; }
  State& state() { return state_; }

 private:
  std::string Begin(const v1::StateHeader& header) {
    if (header.total() == 0 || header.total() > kMaxStateBytes) {
      return "it announced " + std::to_string(header.total()) + " bytes, at most 256 MiB are taken";
    }
    if (!transport::IsHash(header.sha256())) return "it announced no SHA-256";
    begun_ = true;
    total_ = header.total();
    sha256_ = header.sha256();
    state_.next = header.next();
    state_.incarnation = header.incarnation();
    state_.tainted = header.tainted();
    state_.bytes.reserve(total_);
    return "";
  }

  bool begun_ = false;
  std::uint64_t total_ = 0;
  std::string sha256_;
  State state_;
};

}  // namespace

class StateFetch::Call {
 public:
  Call(std::string address, const StateWish& wish) : address_(std::move(address)), wish_(wish) {}

  StateReceived Run(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    const auto channel = transport::MakeChannel(address_);
    if (!transport::Connect(*channel, kConnectPatience)) return Failure("does not answer");
    const auto stub = v1::StateTransfer::NewStub(channel);
    context_.set_deadline(std::chrono::system_clock::now() + kPatience);
    v1::StateRequest request;
    request.set_task(wish_.task);
    request.set_generation(wish_.generation);
    request.set_not_before(wish_.not_before);
    request.set_may_be_tainted(wish_.may_be_tainted);
    const auto reader = stub->Fetch(&context_, request);
    Arrival arrival;
    std::string problem;
    v1::StateChunk message;
    while (problem.empty() && reader->Read(&message)) {
      problem = arrival.Take(message);
      if (problem.empty()) progress(arrival.state().bytes.size(), arrival.total());
    }
    if (!problem.empty()) context_.TryCancel();
    const grpc::Status status = reader->Finish();
    if (cancelled_) return Failure("the transfer was ended");
    if (problem.empty() && !status.ok()) {
      StateReceived refused = Failure(status.error_message());
      refused.busy = status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED;
      return refused;
    }
    if (problem.empty()) problem = arrival.Finish();
    if (!problem.empty()) return Failure(problem);
    return {.error = "", .busy = false, .state = std::move(arrival.state())};
  }

  void Cancel() {
    cancelled_ = true;
    context_.TryCancel();
  }

 private:
  static StateReceived Failure(std::string why) {
    StateReceived failure;
    failure.error = why.empty() ? "the transfer broke" : std::move(why);
    return failure;
  }

  const std::string address_;
  const StateWish wish_;
  grpc::ClientContext context_;
  std::atomic<bool> cancelled_{false};
};

StateFetch::StateFetch(std::string address, const StateWish& wish)
    : call_(std::make_unique<Call>(std::move(address), wish)) {}
StateFetch::~StateFetch() = default;

StateReceived StateFetch::Run(
    const std::function<void(std::uint64_t bytes, std::uint64_t total)>& progress) {
  return call_->Run(progress);
}

void StateFetch::Cancel() {
  call_->Cancel();
}

}  // namespace continuo::agent
