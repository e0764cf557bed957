// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace continuo::mcu {

/// Which of the last 64 numbers have come (RFC 4303, 3.4.3). Numbers begin at 1.
class ReplayWindow {
 public:
  /// Whether that one may be taken: it is new, and not older than what is remembered.
  bool Fresh(std::uint64_t number) const {
    if (number > highest_) return true;
    const std::uint64_t age = highest_ - number;
    return number != 0 && age < 64 && (seen_ >> age & 1) == 0;
  }
  /// It was taken. Only of what is proven to be from the sender: else a forger could push the window on.
  void Take(std::uint64_t number) {
    if (number > highest_) {
      const std::uint64_t by = number - highest_;
      seen_ = by < 64 ? seen_ << by : 0;
      highest_ = number;
    }
    if (highest_ - number < 64) seen_ |= std::uint64_t{1} << (highest_ - number);
  }

 private:
  std::uint64_t highest_ = 0;
  std::uint64_t seen_ = 0;  // bit a: highest_ - a
};

}  // namespace continuo::mcu
