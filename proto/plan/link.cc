// SPDX-License-Identifier: Apache-2.0
#include "proto/plan/link.h"

namespace continuo::plan {

const char* ToString(ReplicaState state) {
  switch (state) {
    case ReplicaState::kEmpty:
      return "empty";
    case ReplicaState::kInSync:
      return "in-sync";
    case ReplicaState::kTainted:
      return "tainted";
    case ReplicaState::kFenced:
      return "fenced";
  }
  return "unknown";
}

const char* ToString(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kDivergence:
      return "divergence";
    case IncidentKind::kConcealed:
      return "concealed";
    case IncidentKind::kTainted:
      return "tainted";
    case IncidentKind::kFenced:
      return "fenced";
    case IncidentKind::kReturned:
      return "returned";
    case IncidentKind::kExcluded:
      return "excluded";
    case IncidentKind::kOutputError:
      return "output-error";
    case IncidentKind::kStall:
      return "stall";
    case IncidentKind::kOverrun:
      return "overrun";
  }
  return "unknown";
}

}  // namespace continuo::plan
