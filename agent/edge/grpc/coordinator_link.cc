// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/grpc/coordinator_link.h"

#include <utility>

#include "agent/edge/grpc/link_desk.h"
#include "agent/edge/grpc/link_stream.h"

namespace continuo::agent {

CoordinatorLink::CoordinatorLink(Options options)
    : options_(std::move(options)), desk_(std::make_unique<LinkDesk>()) {
  for (const std::string& address : options_.addresses) {
    streams_.push_back(std::make_unique<LinkStream>(address, options_, *desk_));
  }
}

CoordinatorLink::~CoordinatorLink() {
  Stop();
}

void CoordinatorLink::Start() {
  for (const auto& stream : streams_) stream->Start();
}

void CoordinatorLink::Stop() {
  for (const auto& stream : streams_) stream->AskToStop();
  for (const auto& stream : streams_) stream->Stop();
}

void CoordinatorLink::Send(plan::FromAgent message) {
  desk_->outbox().Put(std::move(message));
}

bool CoordinatorLink::connected() const {
  return desk_->taken();
}

}  // namespace continuo::agent
