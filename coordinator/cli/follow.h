// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/cli/interrupt.h"
#include "coordinator/cli/invocation.h"
#include "coordinator/core/operation.h"

namespace continuo::coordinator::cli {

/// Shows on stderr how an operation goes until it has a verdict, prints that, and returns the exit code: kDone only if
/// it was done. The first interrupt calls the operation off; its verdict is waited for all the same. A coordinator that
/// goes away is waited for, for 10 s: operations survive it.
int Follow(const Invocation& invocation, OperationId operation, const Interrupt& interrupt);

}  // namespace continuo::coordinator::cli
