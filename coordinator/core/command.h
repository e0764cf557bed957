// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Commands: what operators ask that changes something. Each is carried out once, however often it is asked: who got no
// answer (the connection broke, the coordinator died) asks again under the same key.

namespace continuo::coordinator {

/// Names one command for ever. 128 random bits, made by who asks, once per command, and the same each time it asks
/// again. All zero: none; such a command is carried out each time it is asked.
struct CommandKey {
  std::uint64_t high = 0, low = 0;
  bool IsNone() const { return high == 0 && low == 0; }
  bool operator==(const CommandKey&) const = default;
  /// An order, for containers.
  bool operator<(const CommandKey& other) const {
    return high != other.high ? high < other.high : low < other.low;
  }
};

/// The ledger's own number for a command. Counts from 1 and is never used twice. 0: none.
using CommandId = std::uint64_t;

}  // namespace continuo::coordinator
