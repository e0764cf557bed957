// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/core_crew.h"

namespace continuo::agent {
namespace {

/// Where threads have no priority, one of them may be kept waiting in the middle of its piece.
constexpr int kPatience = 2000;

}  // namespace

CoreCrew::CoreCrew(int threads, void (*begin)()) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, begin] { Run(begin); });
}

CoreCrew::~CoreCrew() {
  ending_ = true;
  bell_.fetch_add(1);
  bell_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void CoreCrew::Do(int count, void (*work)(void*, int), void* context) {
  if (count <= 1) {
    if (count == 1) work(context, 0);
    return;
  }
  work_ = work;
  context_ = context;
  left_.store(count, std::memory_order_relaxed);
  ticket_.store(static_cast<std::uint64_t>(count) << Ticket::kCountShift,
                std::memory_order_release);
  bell_.fetch_add(1, std::memory_order_release);
  bell_.notify_all();
  TakePart();
  // What the others have begun lasts no longer than what was done here.
  for (int looked = 0; left_.load(std::memory_order_acquire) > 0; ++looked) {
    if (looked > kPatience) std::this_thread::yield();
  }
}

void CoreCrew::TakePart() {
  for (;;) {
    const std::uint64_t ticket = ticket_.fetch_add(1, std::memory_order_acq_rel);
    if (Ticket::Next(ticket) >= Ticket::Count(ticket)) return;
    work_(context_, Ticket::Next(ticket));
    left_.fetch_sub(1, std::memory_order_release);
  }
}

void CoreCrew::Run(void (*begin)()) {
  begin();
  std::uint32_t heard = 0;
  while (!ending_) {
    bell_.wait(heard, std::memory_order_acquire);
    heard = bell_.load(std::memory_order_acquire);
    if (!ending_) TakePart();
  }
}

}  // namespace continuo::agent
