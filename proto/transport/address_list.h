// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace continuo::transport {

/// "a:7400,b:7400" in its parts; empty ones are left out.
std::vector<std::string> SplitAddresses(std::string_view text);
/// The other way round.
std::string JoinAddresses(const std::vector<std::string>& addresses);

}  // namespace continuo::transport
