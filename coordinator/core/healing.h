// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/change.h"

namespace continuo::coordinator {

/// Compares what every task has with what it is to have: begins to replace what is lost or wrong, drops what is
/// replaced, lets leave what is too many. All of it can be taken back as long as a doubted replica may turn out to be
/// well.
void KeepRedundancy(Change& change);

}  // namespace continuo::coordinator
