// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "proto/transport/line_hold.h"

namespace continuo::transport {

/// Bytes to and from one neighbour: a terminal device at 921,600 baud, eight bits, no parity, or a Unix socket where an
/// emulated one is. Never waits. One thread.
class ByteLine {
 public:
  /// nullptr: there is neither, nobody listens, or another program has it; `why` says which, in a sentence.
  static std::unique_ptr<ByteLine> Open(const std::string& path, std::string& why);
  ~ByteLine();
  ByteLine(const ByteLine&) = delete;
  ByteLine& operator=(const ByteLine&) = delete;

  /// Bytes read, 0 if there are none now; -1: the line is gone.
  int Read(std::span<std::uint8_t> out);
  /// Bytes taken, 0 if there is no room now; -1: the line is gone.
  int Write(std::span<const std::uint8_t> bytes);

 private:
  ByteLine(int fd, std::unique_ptr<LineHold> hold) : fd_(fd), hold_(std::move(hold)) {}
  const int fd_;
  const std::unique_ptr<LineHold> hold_;
};

}  // namespace continuo::transport
