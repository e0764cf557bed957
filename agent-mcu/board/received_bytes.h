// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/spsc.h"

namespace continuo::mcu::board {

/// Bytes between a UART's interrupt and the main program. What does not fit is lost, as on any line.
class ReceivedBytes {
 public:
  void Listen() { listens_ = true; }
  /// False: the UART is to be asked itself.
  bool listens() const { return listens_; }
  void Put(std::uint8_t byte) { bytes_.TrySend(byte); }
  /// -1: there is none.
  int Get() {
    std::uint8_t byte = 0;
    return bytes_.TryReceive(byte) ? byte : -1;
  }

 private:
  SpscQueue<std::uint8_t, 4096> bytes_;
  bool listens_ = false;
};

}  // namespace continuo::mcu::board
