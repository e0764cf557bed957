// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "agent/rt/crew.h"

namespace continuo::agent {

/// Threads that wait for pieces of work. Do() is real time: it takes no lock, and wakes them with one system call.
class CoreCrew final : public rt::Crew {
 public:
  /// `threads`: beside the one that calls Do; at least 1. Each calls `begin` first: it should give itself the priority
  /// of the caller, who waits for them.
  CoreCrew(int threads, void (*begin)());
  ~CoreCrew() override;
  CoreCrew(const CoreCrew&) = delete;
  CoreCrew& operator=(const CoreCrew&) = delete;

  void Do(int count, void (*work)(void* context, int i), void* context) override;

 private:
  // Which piece is next, and of which job: whoever adds 1 has one to do, unless all of them are taken. A thread that
  // wakes too late for its job takes from the one that is there now, of which it then has read all.
  struct Ticket {
    static constexpr std::uint64_t kCountShift = 16, kMask = 0xffff;
    static int Next(std::uint64_t ticket) { return static_cast<int>(ticket & kMask); }
    static int Count(std::uint64_t ticket) {
      return static_cast<int>(ticket >> kCountShift & kMask);
    }
  };

  void Run(void (*begin)());
  void TakePart();

  void (*work_)(void*, int) = nullptr;
  void* context_ = nullptr;
  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<int> left_{0};            // pieces that are not done yet
  std::atomic<std::uint32_t> bell_{0};  // rung for each job
  std::atomic<bool> ending_{false};
  std::vector<std::thread> threads_;
};

}  // namespace continuo::agent
