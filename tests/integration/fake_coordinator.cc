// SPDX-License-Identifier: Apache-2.0
#include "integration/fake_coordinator.h"

#include <grpcpp/impl/service_type.h>
#include <gtest/gtest.h>

#include "coordinator/edge/grpc/control_service.h"
#include "proto/transport/server.h"

namespace continuo {

FakeCoordinator::FakeCoordinator() {
  Return();
}

FakeCoordinator::~FakeCoordinator() {
  GoAway();
}

void FakeCoordinator::GoAway() {
  server_.reset();
  service_.reset();
}

void FakeCoordinator::Return() {
  std::string error;
  service_ = coordinator::MakeControlService(*this, "build");
  server_ = transport::Server::Start(address_, {service_.get()}, error);
  ASSERT_NE(server_, nullptr) << error;
  address_ = server_->address();
}

std::vector<coordinator::Inbox::What> FakeCoordinator::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void FakeCoordinator::Change(const std::function<void(coordinator::View&)>& change) {
  const std::lock_guard lock(mutex_);
  change(view_);
}

void FakeCoordinator::Refer(std::unique_ptr<std::string> leader) {
  const std::lock_guard lock(mutex_);
  leader_ = std::move(leader);
}

coordinator::Lobby::Visit FakeCoordinator::Enter() {
  const std::lock_guard lock(mutex_);
  if (leader_ != nullptr) return {nullptr, *leader_};
  return {
      std::shared_ptr<coordinator::Inbox>(std::shared_ptr<void>(), this)};  // outlives the server
}

void FakeCoordinator::Ask(What what, OnReply on_reply) {
  coordinator::Reply reply;
  {
    const std::lock_guard lock(mutex_);
    reply = answer(what, view_);
    asked_.push_back(std::move(what));
  }
  on_reply(reply);
}

std::optional<coordinator::View> FakeCoordinator::Look() {
  const std::lock_guard lock(mutex_);
  return view_;
}

}  // namespace continuo
