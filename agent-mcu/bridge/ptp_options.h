// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "agent-mcu/bridge/bridge.h"

namespace continuo::mcu {

/// The options of continuo-bridge that concern PTP. `allowed`: for TakeAllowed, once the command line is read.
void AddPtp(CLI::App& app, BridgeOptions& options, std::vector<std::string>& allowed);
/// Empty, or what is wrong with them.
std::string TakeAllowed(const std::vector<std::string>& allowed, transport::PtpWish& ptp);
/// Where PTP is wished: returns once stage time is locked, or `ends` holds. Empty, or why it cannot be.
std::string FollowPtp(const transport::PtpWish& wish, BridgeTime& time,
                      const std::function<bool()>& ends);

}  // namespace continuo::mcu
