// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace continuo::transport {

/// Bytes to and from one neighbour: a terminal device at 921,600 baud, eight bits, no parity, or a Unix socket where an
/// emulated one is. Never waits. One thread.
class ByteLine {
 public:
  /// nullptr: there is neither, or nobody listens.
  static std::unique_ptr<ByteLine> Open(const std::string& path);
  ~ByteLine();
  ByteLine(const ByteLine&) = delete;
  ByteLine& operator=(const ByteLine&) = delete;

  /// Bytes read, 0 if there are none now; -1: the line is gone.
  int Read(std::span<std::uint8_t> out);
  /// Bytes taken, 0 if there is no room now; -1: the line is gone.
  int Write(std::span<const std::uint8_t> bytes);

 private:
  explicit ByteLine(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace continuo::transport
