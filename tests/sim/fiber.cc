// SPDX-License-Identifier: Apache-2.0
#include "sim/fiber.h"

#include <cstdint>
#include <utility>

namespace continuo::sim {
namespace {

constexpr std::size_t kStackBytes = 1 << 20;

}  // namespace

Fiber::Fiber(std::function<void()> body)
    : body_(std::move(body)), stack_(new std::byte[kStackBytes]) {
  getcontext(&mine_);
  mine_.uc_stack.ss_sp = stack_.get();
  mine_.uc_stack.ss_size = kStackBytes;
  mine_.uc_link = &theirs_;
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&mine_, reinterpret_cast<void (*)()>(&Fiber::Enter), 2,
              static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
}

Fiber::~Fiber() {
  if (ended_ || !begun_) return;
  killed_ = true;
  Resume();
}

// makecontext passes ints alone.
void Fiber::Enter(unsigned high, unsigned low) {
  reinterpret_cast<Fiber*>(std::uintptr_t{high} << 32 | low)->Run();
}

void Fiber::Run() {
  try {
    body_();
  } catch (const Killed&) {
  }
  ended_ = true;
}

void Fiber::Resume() {
  if (ended_) return;
  begun_ = true;
  swapcontext(&theirs_, &mine_);
}

void Fiber::Wait() {
  swapcontext(&mine_, &theirs_);
  if (killed_) throw Killed{};
}

}  // namespace continuo::sim
