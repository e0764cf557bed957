// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace continuo::transport {

/// Which build this program is: version and commit, for takes and for the coordinator's list of nodes.
std::string_view BuildId();

}  // namespace continuo::transport
