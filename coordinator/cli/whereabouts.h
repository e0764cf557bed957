// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/cli/invocation.h"

namespace continuo::coordinator::cli {

/// host:port of whom to ask: as given; else this machine's coordinator, if one listens at the usual port; else the only
/// one that announces itself on the network, which is said on stderr. Looks around once, for a second or two.
const std::string& CoordinatorOf(const Invocation& invocation);

/// Where this machine's own listens unless it is told otherwise.
std::string UsualCoordinator();

/// `discover`: coordinators and nodes that announce themselves.
int RunDiscover(const Invocation& invocation);

}  // namespace continuo::coordinator::cli
