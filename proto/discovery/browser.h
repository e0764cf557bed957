// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "proto/discovery/services.h"

namespace continuo::discovery {

struct Look {
  std::vector<Found> found;  ///< by name; one heard on several networks or twice is there once
  std::string error;         ///< empty, or why nothing can be found here
};

/// Asks the Avahi daemon of this machine who offers that type. Blocks until it believes that it knows all, at most
/// `patience`.
Look Browse(const char* type, std::chrono::milliseconds patience);

}  // namespace continuo::discovery
