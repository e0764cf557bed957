// SPDX-License-Identifier: Apache-2.0
#include "coordinator/edge/grpc/agent_stream.h"

#include <utility>

#include "proto/transport/link_codec.h"

namespace continuo::coordinator {

AgentStream::AgentStream(std::shared_ptr<Inbox> inbox, ConnectionId connection,
                         std::function<void(ConnectionId)> gone)
    : inbox_(std::move(inbox)), connection_(connection), gone_(std::move(gone)) {
  StartRead(&in_);
}

void AgentStream::OnReadDone(bool ok) {
  if (!ok) return Close(grpc::Status::OK);
  if (Take(in_)) StartRead(&in_);
}

bool AgentStream::Take(const v1::FromAgent& in) {
  plan::FromAgent message;
  std::string error;
  transport::FromProto(in, message, transport::FieldPlace(error));
  const auto* hello = std::get_if<plan::Hello>(&message);
  if (error.empty() && hello == nullptr && !greeted_) error = "the first message must be hello";
  if (error.empty() && hello != nullptr && greeted_) error = "hello: only once";
  if (!error.empty()) {
    Close({grpc::StatusCode::INVALID_ARGUMENT, error});
    return false;
  }
  if (hello != nullptr && hello->link_version != plan::kLinkVersion) {
    Refuse(hello->link_version);
    return false;
  }
  greeted_ = true;
  inbox_->Post(AgentSpoke{connection_, std::move(message)});
  return true;
}

void AgentStream::Refuse(std::uint32_t their_version) {
  const std::string ours = std::to_string(plan::kLinkVersion);
  const std::string theirs = std::to_string(their_version);
  Send(plan::Refusal{"this coordinator speaks agent link version " + ours + ", the agent version " +
                     theirs + "; install the same release of Continuo on both"});
  Close({grpc::StatusCode::FAILED_PRECONDITION, "agent link version " + theirs + ", not " + ours});
}

void AgentStream::Send(const plan::ToAgent& message) {
  const std::lock_guard lock(mutex_);
  const bool comes_again = std::holds_alternative<plan::EventSubmitted>(message);
  if (comes_again && queue_.size() >= kQueueSoft) return;
  v1::ToAgent* const queued = QueueLocked();
  if (queued == nullptr) return;
  transport::ToProto(message, *queued);
  Pump();
}

void AgentStream::Send(v1::ToAgent message) {
  const std::lock_guard lock(mutex_);
  v1::ToAgent* const queued = QueueLocked();
  if (queued == nullptr) return;
  *queued = std::move(message);
  Pump();
}

v1::ToAgent* AgentStream::QueueLocked() {
  if (closing_) return nullptr;
  if (queue_.size() < kQueueHard) return &queue_.emplace_back();
  CloseLocked({grpc::StatusCode::RESOURCE_EXHAUSTED, "the agent does not read"});
  return nullptr;
}

void AgentStream::Close(const grpc::Status& status) {
  const std::lock_guard lock(mutex_);
  CloseLocked(status);
}

void AgentStream::CloseLocked(const grpc::Status& status) {
  if (closing_) return;
  closing_ = true;
  status_ = status;
  Pump();
}

void AgentStream::Pump() {
  if (writing_ || finished_) return;
  if (!queue_.empty()) {
    writing_ = true;
    StartWrite(&queue_.front());
  } else if (closing_) {
    finished_ = true;
    Finish(status_);
  }
}

void AgentStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  queue_.pop_front();
  if (!ok) {
    queue_.clear();
    closing_ = true;
  }
  Pump();
}

void AgentStream::OnDone() {
  gone_(connection_);
  if (greeted_) inbox_->Post(AgentLeft{connection_});
  delete this;
}

}  // namespace continuo::coordinator
