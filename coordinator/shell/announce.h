// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "coordinator/shell/options.h"
#include "proto/discovery/announcer.h"

namespace continuo::coordinator {

/// Tells the network where this coordinator is, as long as the result lives. nullptr: it is not to, or nobody else
/// could reach it. What becomes of it is logged.
std::unique_ptr<discovery::Announcer> Announce(const Options& options);

}  // namespace continuo::coordinator
