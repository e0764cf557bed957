// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace continuo::transport {

/// One program of this machine (network namespace, to be exact) at a time has a line: who reads it takes the bytes away
/// from all others. Ends with the program, however that ends. Programs that do not know of this are not kept out.
class LineHold {
 public:
  /// nullptr: somebody has it, and `holder` says who, such as "continuo-bridge (process 4711)".
  static std::unique_ptr<LineHold> Take(const std::string& path, std::string& holder);
  ~LineHold();
  LineHold(const LineHold&) = delete;
  LineHold& operator=(const LineHold&) = delete;

 private:
  explicit LineHold(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace continuo::transport
