// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/watchdog.h"

#include <utility>

#include "agent/shell/priority.h"

namespace continuo::agent {
namespace {

constexpr Nanoseconds kSlice = 10'000'000;
constexpr Nanoseconds kStall = 20'000'000;
constexpr Nanoseconds kBeat = 50'000'000;

}  // namespace

Watchdog::Watchdog(clock::Clock& clock, std::function<void()> beat)
    : thread_([this, &clock, beat = std::move(beat)] { Run(clock, beat); }) {}

Watchdog::~Watchdog() {
  ending_ = true;
  thread_.join();
}

void Watchdog::Run(clock::Clock& clock, const std::function<void()>& beat) {
  RaiseThisThread(kBeatPriority);
  Nanoseconds next_beat = clock.Now();
  while (!ending_) {
    const Nanoseconds due = clock.Now() + kSlice;
    clock.SleepUntil(due);
    const Nanoseconds now = clock.Now();
    if (now - due > kStall) stalls_.TrySend({due, now - due});
    if (now < next_beat) continue;
    next_beat = now + kBeat;
    if (beat) beat();
  }
}

std::optional<Watchdog::Stall> Watchdog::TakeStall() {
  Stall stall;
  if (!stalls_.TryReceive(stall)) return std::nullopt;
  return stall;
}

}  // namespace continuo::agent
