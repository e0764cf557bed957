// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/operation.h"

namespace continuo::coordinator {

const char* ToString(OperationKind kind) {
  switch (kind) {
    case OperationKind::kMigrate:
      return "migrate";
    case OperationKind::kHeal:
      return "heal";
    case OperationKind::kRepair:
      return "repair";
    case OperationKind::kDrain:
      return "drain";
    case OperationKind::kRebalance:
      return "rebalance";
    case OperationKind::kReplicas:
      return "replicas";
  }
  return "?";
}

const char* ToString(OperationPhase phase) {
  switch (phase) {
    case OperationPhase::kWaiting:
      return "waiting";
    case OperationPhase::kJoining:
      return "joining";
    case OperationPhase::kHolding:
      return "in sync";
    case OperationPhase::kRetiring:
      return "retiring";
    case OperationPhase::kMoving:
      return "moving";
    case OperationPhase::kDone:
      return "done";
    case OperationPhase::kFailed:
      return "failed";
    case OperationPhase::kCancelled:
      return "cancelled";
  }
  return "?";
}

}  // namespace continuo::coordinator
