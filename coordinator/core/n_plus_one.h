// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/occupancy.h"

// N+1: whatever one node computes must find a place on the others when it dies, or redundancy would be lost for good
// with it. A rule of admission, so that nobody finds out on the evening.

namespace continuo::coordinator {

/// What would come of the death of any one node, and of any one domain.
struct Spareness {
  /// Not empty: the others have not enough room for what one node computes. Which node, and the numbers.
  std::string error;
  /// What cannot be made good because there are too few nodes or domains, or is of tier 2.
  std::vector<std::string> warnings;
};

Spareness CheckNPlusOne(const std::vector<PlacementTask>& tasks, const Fleet& fleet,
                        const Occupancy& occupancy);

}  // namespace continuo::coordinator
