// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "coordinator/core/fleet.h"
#include "coordinator/core/show.h"

namespace continuo::coordinator {

/// Everything that is wrong with a show, all at once, in the order of the file; and warnings. `assets` are those that
/// could be imported. `fleet` may be null: then nothing is said about nodes (an offline render has none).
std::vector<Issue> CheckShow(const Show& show, std::span<const ImportedAsset> assets,
                             const Fleet* fleet);

}  // namespace continuo::coordinator
