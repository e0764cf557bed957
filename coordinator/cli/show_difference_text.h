// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "coordinator/cli/wall_clock.h"
#include "coordinator/core/show_diff.h"
#include "coordinator/core/view.h"

// What two shows differ in, and which there have been.

namespace continuo::coordinator::cli {

std::vector<std::string> DiffLines(const ShowDiff& diff, const Terminal& terminal);
/// {"playing": ..., "accepted": ..., "changes": [{"heard": "event", "what": "parameter", ...}], "issues": [...]}
std::string DiffJson(const ShowDiff& diff, const std::string& file);

/// Newest first; each with what it changed. Who locked what plays, if anybody did.
std::vector<std::string> VersionLines(const View& view, const WallClock& clock,
                                      const Terminal& terminal);
/// {"versions": [...], "lock": null}; oldest first.
std::string VersionsJson(const View& view, const WallClock& clock);

/// "locked by ana@desk since 21:04:12.250 (doors are open)"; empty if the show is not locked.
std::string LockText(const View& view, const WallClock& clock);

}  // namespace continuo::coordinator::cli
