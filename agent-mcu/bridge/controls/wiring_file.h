// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "agent-mcu/bridge/controls/wiring.h"

namespace continuo::mcu {

inline constexpr std::size_t kMostWiringBytes = 64 << 10;

/// Reads what a file of that name says. All that is wrong with it, each in a sentence that names file, line, field,
/// value and what is allowed; empty: nothing is.
std::vector<std::string> ParseWiring(const std::string& file, const std::string& text,
                                     Wiring& wiring);
/// The same of a file, which may be missing or too long.
std::vector<std::string> ReadWiringFile(const std::string& file, Wiring& wiring);

}  // namespace continuo::mcu
