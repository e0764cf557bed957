// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "dsp/base/realtime.h"

namespace continuo::agent::handoff {

/// Rung where the audio thread is to look at once, instead of in its next tick. It can be waited for together with
/// sockets. Any thread rings; real-time safe, at the cost of a system call.
class Doorbell {
 public:
  Doorbell() : file_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Doorbell() {
    if (file_ >= 0) close(file_);
  }
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  void Ring() const CONTINUO_REALTIME { eventfd_write(file_, 1); }
  /// Until it is rung again nobody waits in vain.
  void Hush() const CONTINUO_REALTIME {
    eventfd_t rung = 0;
    eventfd_read(file_, &rung);
  }
  /// Below 0: the machine gives none, and nobody is woken.
  int file() const { return file_; }

 private:
  const int file_;
};

}  // namespace continuo::agent::handoff
