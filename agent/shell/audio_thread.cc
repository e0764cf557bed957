// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/audio_thread.h"

#include <algorithm>
#include <cstddef>

#include "agent/rt/pulse.h"
#include "agent/shell/priority.h"

namespace continuo::agent {
namespace {

/// Touches the stack that the engine will use, so that no page of it is missing later.
void TouchStack() {
  constexpr std::size_t kBytes = 256 * 1024;
  constexpr std::size_t kPage = 4096;
  std::byte stack[kBytes];
  volatile std::byte* const touched = stack;
  for (std::size_t i = 0; i < kBytes; i += kPage) touched[i] = std::byte{0};
}

}  // namespace

AudioThread::AudioThread(clock::Clock& clock, handoff::Line& line, const UdpPorts& ports,
                         const handoff::Doorbell& bell)
    : thread_(
          [this, &clock, &line, waker = Waker(clock, ports, bell)] { Run(clock, line, waker); }) {}

AudioThread::~AudioThread() {
  ending_ = true;
  thread_.join();
}

void AudioThread::Run(clock::Clock& clock, handoff::Line& line, Waker waker) {
  TouchStack();
  realtime_ = RaiseThisThread(kAudioPriority);
  rt::Pulse pulse(clock, line);
  while (!ending_) {
    Nanoseconds next = pulse.Turn();
    while (pulse.prompt() && !ending_) {
      const Nanoseconds until = std::min(next, pulse.NextDue());
      if (pulse.WaitsForOthers(until)) {
        waker.Wait(until);
      } else {
        clock.SleepUntil(until);
      }
      if (clock.Now() >= next) break;
      next = pulse.Hurry(next);
    }
    if (!pulse.prompt()) clock.SleepUntil(next);
  }
}

}  // namespace continuo::agent
