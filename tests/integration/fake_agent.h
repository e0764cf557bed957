// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "agent/edge/grpc/coordinator_link.h"

namespace continuo {

/// An agent that has a link and no sound: it prepares every plan at once, and holds it.
class FakeAgent {
 public:
  static constexpr std::chrono::seconds kPatience{15};

  explicit FakeAgent(const std::string& coordinator, plan::Hello hello = {});
  ~FakeAgent() { link_.Stop(); }

  /// Waits for a message of that kind, from the `from`-th message on; its place, or -1.
  template <typename Message>
  int WaitFor(std::size_t from = 0) {
    return WaitUntil([](const plan::ToAgent& m) { return std::holds_alternative<Message>(m); },
                     from);
  }
  int WaitUntil(const std::function<bool(const plan::ToAgent&)>& wanted, std::size_t from);
  plan::ToAgent At(std::size_t index);
  template <typename Message>
  Message Get(std::size_t index) {
    return std::get<Message>(At(index));
  }
  std::size_t count();
  /// What the link said last about itself, once it contains `text`; else what it said.
  std::string WaitForWord(const std::string& text);
  agent::CoordinatorLink& link() { return link_; }

 private:
  void Received(plan::ToAgent message);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<plan::ToAgent> received_;
  std::string word_;
  plan::Hello hello_;
  agent::CoordinatorLink link_;
};

}  // namespace continuo
