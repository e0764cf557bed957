// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "coordinator/core/input.h"

namespace continuo::coordinator {

/// Grows with every change to fields.h. A journal of another format is refused, never guessed at.
inline constexpr int kFormat = 19;

/// Kinds of rows. Values are file format: never reuse one.
enum class RowKind : std::uint8_t {
  kStarted = 1,
  kHello = 2,
  kPlanPrepared = 3,
  kVerdictReached = 4,
  kAgentLeft = 5,
  kNodeDied = 6,
  kNodeRecovered = 7,
  kPreparationTimedOut = 8,
  kShowApplied = 9,
  kShowStopRequested = 10,
  kEventRequested = 11,
  kMoveRequested = 12,
  kDrainRequested = 13,
  kRebalanceRequested = 14,
  kReplicasRequested = 15,
  kOperationCancelled = 16,
  kNodeDoubted = 17,
  kReplicaChanged = 18,
  kReplicaDiverged = 19,
  kOperationTimedOut = 20,
  kLoadMeasured = 21,
  kRollbackRequested = 22,
  kLockRequested = 23,
  kShowLost = 24,
  kResumeDue = 25,
  kPlanHeld = 26,
  kMapLearned = 27,
  kDateMissed = 28,
  kPartsDue = 29,
};

struct EncodedInput {
  RowKind kind = RowKind::kStarted;
  std::string bytes;
};

/// Of a durable input.
EncodedInput Encode(const Input& input);

/// None if these bytes are no such input.
std::optional<Input> Decode(int kind, Nanoseconds time, std::string_view bytes);

}  // namespace continuo::coordinator
