// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

// Operations: changes of who computes what while a show plays. An operation takes seconds and several plans; each ends
// with exactly one verdict. operations.h carries them out.

namespace continuo::coordinator {

/// Counts from 1 and is never used twice. 0: none.
using OperationId = std::uint64_t;

enum class OperationKind : std::uint8_t {
  kMigrate,    ///< a replica goes to another node
  kHeal,       ///< a lost replica is replaced
  kRepair,     ///< a replica that is wrong or shut out is replaced
  kDrain,      ///< a node is emptied: a migration for each of its replicas
  kRebalance,  ///< load is spread: some migrations
  kReplicas,   ///< a task gets more or fewer replicas
};
const char* ToString(OperationKind kind);

/// In the order in which they are gone through; the last three are verdicts.
enum class OperationPhase : std::uint8_t {
  kWaiting,   ///< for its turn, for a node with room, or before it tries again
  kJoining,   ///< the newcomer takes over the state and is compared
  kHolding,   ///< the newcomer is in sync; the old one leaves at the bar that was asked for
  kRetiring,  ///< the old one leaves
  kMoving,    ///< drain and rebalance: their migrations are under way
  kDone,
  kFailed,
  kCancelled,
};
const char* ToString(OperationPhase phase);

inline bool HasEnded(OperationPhase phase) {
  return phase >= OperationPhase::kDone;
}

/// A migration that a rebalance makes, or would make.
struct PlannedMove {
  std::string task, from, to;  ///< names
  std::string reason;          ///< a sentence with the numbers
  bool operator==(const PlannedMove&) const = default;
};

}  // namespace continuo::coordinator
