// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "coordinator/core/ports.h"

namespace grpc {
class Service;
}

namespace continuo {

namespace transport {
class Server;
}

/// The coordinator's real front door before a core of the test's making: it answers every question with `answer`, and
/// shows `view`.
class FakeCoordinator final : public coordinator::Inbox, public coordinator::Lobby {
 public:
  FakeCoordinator();
  ~FakeCoordinator() override;

  const std::string& address() const { return address_; }
  /// The process dies, or is started again on the same port.
  void GoAway();
  void Return();

  /// Replies to what is asked. May change the view. Set before anything is asked.
  std::function<coordinator::Reply(const What&, coordinator::View&)> answer;
  /// Everything that was asked so far.
  std::vector<What> asked() const;
  /// Changes what is seen from now on.
  void Change(const std::function<void(coordinator::View&)>& change);

  /// From now on it refers whoever comes to that one; nullptr: it leads itself.
  void Refer(std::unique_ptr<std::string> leader);
  Visit Enter() override;
  coordinator::ConnectionId NewConnection() override { return 1; }
  void Post(What) override {}
  void Ask(What what, OnReply on_reply) override;
  std::optional<coordinator::View> Look() override;
  void LookLater(std::function<void(std::optional<coordinator::View>)> seen) override {
    seen(Look());
  }
  /// There is no core behind this door.
  bool Inspect(const std::function<void(const coordinator::State&, Nanoseconds)>&) override {
    return false;
  }

 private:
  mutable std::mutex mutex_;
  coordinator::View view_;
  std::vector<What> asked_;
  std::unique_ptr<std::string> leader_;
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<transport::Server> server_;
};

}  // namespace continuo
