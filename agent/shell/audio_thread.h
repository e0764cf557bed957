// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>

#include "agent/handoff/line.h"
#include "agent/shell/waker.h"
#include "proto/clock/clock.h"

namespace continuo::agent {

/// The thread that sounds. Ends when destroyed; engines that are still with it are the owner's to free then.
class AudioThread {
 public:
  /// All outlive it.
  AudioThread(clock::Clock& clock, handoff::Line& line, const UdpPorts& ports,
              const handoff::Doorbell& bell);
  ~AudioThread();
  AudioThread(const AudioThread&) = delete;
  AudioThread& operator=(const AudioThread&) = delete;

  /// It runs under SCHED_FIFO. Any thread.
  bool realtime() const { return realtime_; }

 private:
  void Run(clock::Clock& clock, handoff::Line& line, Waker waker);

  std::atomic<bool> ending_{false};
  std::atomic<bool> realtime_{false};
  std::thread thread_;
};

}  // namespace continuo::agent
