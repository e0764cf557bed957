// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/core/ports.h"

namespace continuo::coordinator {

/// The lobby of this process: it has a loop exactly as long as this coordinator leads. Any thread.
class Reception final : public Lobby {
 public:
  Visit Enter() override {
    const std::lock_guard lock(mutex_);
    if (inbox_ != nullptr) return {inbox_};
    return {nullptr, leader_};
  }
  std::vector<CoordinatorView> Coordinators() override {
    const std::lock_guard lock(mutex_);
    std::vector<CoordinatorView> all;
    const std::string& leader = inbox_ != nullptr ? self_ : leader_;
    for (const std::string& address : coordinators_) all.push_back({address, address == leader});
    return all;
  }
  ConnectionId NewConnection() override {
    const std::lock_guard lock(mutex_);
    return ++last_connection_;
  }

  /// From now on visitors get this one; nullptr: none.
  void Admit(std::shared_ptr<Inbox> inbox) {
    const std::lock_guard lock(mutex_);
    inbox_ = std::move(inbox);
  }
  /// Who leads while this one does not; empty: not known.
  void Refer(std::string leader) {
    const std::lock_guard lock(mutex_);
    leader_ = std::move(leader);
  }
  /// Who is there of those that share their state, this one at `self` among them.
  void Know(const std::string& self, std::vector<std::string> all) {
    const std::lock_guard lock(mutex_);
    self_ = self;
    coordinators_ = std::move(all);
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<Inbox> inbox_;
  std::string leader_, self_;
  std::vector<std::string> coordinators_;
  ConnectionId last_connection_ = 0;
};

}  // namespace continuo::coordinator
