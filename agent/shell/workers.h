// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "agent/shell/inbox.h"

namespace continuo::agent {

/// A few threads for work that waits for the network or takes its time. What is still queued at the end is not begun.
class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Any thread. The oldest work first.
  void Do(std::function<void()> work) { works_.Post(std::move(work)); }

 private:
  void Run();
  Inbox<std::function<void()>> works_;
  std::vector<std::thread> threads_;
};

}  // namespace continuo::agent
