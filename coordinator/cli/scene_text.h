// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

namespace continuo::coordinator::cli {

/// The scenes of the show that plays, and how much each sets.
std::vector<std::string> SceneLines(const View& view, const Terminal& terminal);
/// [{"name": ..., "tasks": ..., "settings": ...}]
std::string ScenesJson(const View& view);

}  // namespace continuo::coordinator::cli
