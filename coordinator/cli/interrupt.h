// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

namespace continuo::coordinator::cli {

/// While it lives, the first Ctrl-C is a wish that can be asked for, and the second ends the program at
/// once with kFailed. One at a time, on the main thread.
class Interrupt {
 public:
  Interrupt();
  /// The signal does again what it did before.
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;

 private:
  struct sigaction before_ = {};
};

}  // namespace continuo::coordinator::cli
