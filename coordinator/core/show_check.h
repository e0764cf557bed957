// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "coordinator/core/placement.h"
#include "coordinator/core/show.h"

namespace continuo::coordinator {

/// Where a show would run: what is worked out to check it, and is not worked out again to play it.
struct Arrangement {
  std::vector<PlacementTask> wishes;
  Placement placement;  ///< of these
};

/// Everything that is wrong with a show, all at once, in the order of the file; and warnings. `assets` are those that
/// could be imported. `fleet` may be null: then nothing is said about nodes (an offline render has none).
/// `arrangement` may be null, and is filled if there is a fleet and no error.
std::vector<Issue> CheckShow(const Show& show, std::span<const ImportedAsset> assets,
                             const Fleet* fleet, Arrangement* arrangement = nullptr);

}  // namespace continuo::coordinator
