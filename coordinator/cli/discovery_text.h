// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "proto/discovery/services.h"

namespace continuo::coordinator::cli {

std::vector<std::string> DiscoveryLines(
    const std::vector<discovery::CoordinatorAddress>& coordinators,
    const std::vector<discovery::Found>& nodes);
/// {"coordinators": [{"name", "listen", "beats"}], "nodes": [{"name", "host", "address", "port", "coordinator"}]}
std::string DiscoveryJson(const std::vector<discovery::CoordinatorAddress>& coordinators,
                          const std::vector<discovery::Found>& nodes);

}  // namespace continuo::coordinator::cli
