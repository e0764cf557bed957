// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/change.h"

namespace continuo::coordinator {

/// What can be done for this operation now, by its phase. It has not ended.
void StepOperation(Change& change, OperationRecord& operation);

}  // namespace continuo::coordinator
