// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/interrupt.h"

#include <unistd.h>

#include "coordinator/cli/invocation.h"

namespace continuo::coordinator::cli {
namespace {

volatile std::sig_atomic_t times_requested = 0;

void Note(int) {
  if (times_requested != 0) {
    // Only what may be called in a signal handler.
    [[maybe_unused]] const auto written = write(STDERR_FILENO, "\n", 1);
    _exit(kFailed);
  }
  times_requested = 1;
}

}  // namespace

Interrupt::Interrupt() {
  times_requested = 0;
  struct sigaction action = {};
  action.sa_handler = Note;
  action.sa_flags = SA_RESTART;  // nothing that is being read or written is to fail for it
  sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() {
  sigaction(SIGINT, &before_, nullptr);
}

bool Interrupt::requested() const {
  return times_requested != 0;
}

}  // namespace continuo::coordinator::cli
