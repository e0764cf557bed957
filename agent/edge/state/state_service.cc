// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/state/state_service.h"

#include <algorithm>
#include <atomic>
#include <string_view>
#include <utility>

#include "agent/edge/state/pacer.h"
#include "proto/continuo/v1/replica_state.grpc.pb.h"
#include "proto/transport/asset_folder.h"
#include "proto/transport/machine_clock.h"

namespace continuo::agent {
namespace {

using grpc::StatusCode;

/// Counts itself among the transfers as long as it lives.
class Place {
 public:
  explicit Place(std::atomic<int>& taken) : taken_(taken), number_(++taken) {}
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool exists() const { return number_ <= kMaxTransfers; }

 private:
  std::atomic<int>& taken_;
  const int number_;
};

class Serving final : public v1::StateTransfer::Service {
 public:
  Serving(StateService::Give give, std::int64_t bytes_per_second)
      : give_(std::move(give)), pacer_(bytes_per_second) {}

  grpc::Status Fetch(grpc::ServerContext* context, const v1::StateRequest* request,
                     grpc::ServerWriter<v1::StateChunk>* writer) override {
    if (request->task() == 0) return {StatusCode::INVALID_ARGUMENT, "task: missing"};
    if (request->generation() == 0 || request->generation() > 0xffff) {
      return {StatusCode::INVALID_ARGUMENT, "generation: not between 1 and 65535"};
    }
    const Place place(transfers_);
    if (!place.exists()) {
      return {StatusCode::RESOURCE_EXHAUSTED, "gives to many others already"};
    }
    const StateWish wish{.task = request->task(),
                         .generation = static_cast<std::uint16_t>(request->generation()),
                         .not_before = request->not_before(),
                         .may_be_tainted = request->may_be_tainted()};
    const StateGiven given = give_(wish);
    if (grpc::Status no = Refusal(wish, given); !no.ok()) return no;
    return Send(given.state, *context, *writer);
  }

 private:
  static grpc::Status Refusal(const StateWish& wish, const StateGiven& given) {
    using Answer = StateGiven::Answer;
    if (given.answer == Answer::kNotHere) return {StatusCode::NOT_FOUND, given.why};
    if (given.answer == Answer::kNotNow) return {StatusCode::FAILED_PRECONDITION, given.why};
    if (given.answer == Answer::kNoAnswer) return {StatusCode::UNAVAILABLE, given.why};
    const std::size_t bytes = given.state.bytes.size();
    if (bytes == 0 || bytes > kMaxStateBytes) {
      return {StatusCode::FAILED_PRECONDITION,
              "its state has " + std::to_string(bytes) + " bytes, at most 256 MiB can be sent"};
    }
    if (given.state.tainted && !wish.may_be_tainted) {
      return {StatusCode::FAILED_PRECONDITION, "is tainted"};
    }
    if (given.state.next < wish.not_before) {
      return {StatusCode::FAILED_PRECONDITION, "is behind what was asked for"};
    }
    return grpc::Status::OK;
  }

  grpc::Status Send(const State& state, grpc::ServerContext& context,
                    grpc::ServerWriter<v1::StateChunk>& writer) {
    const std::string_view bytes(reinterpret_cast<const char*>(state.bytes.data()),
                                 state.bytes.size());
    v1::StateChunk message;
    v1::StateHeader& header = *message.mutable_header();
    header.set_total(bytes.size());
    header.set_next(state.next);
    header.set_sha256(transport::Sha256(bytes));
    header.set_incarnation(state.incarnation);
    header.set_tainted(state.tainted);
    if (!writer.Write(message)) return grpc::Status::CANCELLED;
    message.clear_header();
    for (std::size_t at = 0; at < bytes.size(); at += kStateChunkBytes) {
      const std::string_view chunk = bytes.substr(at, kStateChunkBytes);
      clock_.SleepUntil(pacer_.Reserve(static_cast<std::int64_t>(chunk.size()), clock_.Now()));
      message.set_data(chunk.data(), chunk.size());
      if (context.IsCancelled() || !writer.Write(message)) return grpc::Status::CANCELLED;
    }
    return grpc::Status::OK;
  }

  const StateService::Give give_;
  transport::MachineClock clock_;
  Pacer pacer_;
  std::atomic<int> transfers_{0};
};

}  // namespace

StateService::StateService(Give give, std::int64_t bytes_per_second)
    : service_(std::make_unique<Serving>(std::move(give), bytes_per_second)) {}
StateService::~StateService() = default;

}  // namespace continuo::agent
