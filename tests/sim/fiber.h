// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace continuo::sim {

/// A thread of a simulated process: shipped code that blocks (a journal that waits for its disk or for a store) runs in
/// it as it is, while virtual time goes on. There are no threads: it runs when it is resumed, until it waits.
class Fiber {
 public:
  /// Thrown out of Wait when the process is killed, so that its stack is unwound.
  struct Killed {};

  explicit Fiber(std::function<void()> body);
  /// Kills it if it has not ended.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Runs it until it waits or ends. Not from within a fiber.
  void Resume();
  bool ended() const { return ended_; }
  /// From within it: until somebody resumes it.
  void Wait();

 private:
  static void Enter(unsigned high, unsigned low);
  void Run();

  const std::function<void()> body_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t mine_{}, theirs_{};
  bool ended_ = false, killed_ = false, begun_ = false;
};

}  // namespace continuo::sim
