// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "coordinator/core/placement.h"
#include "coordinator/core/show.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// Calls `take` with each task of a show that CheckShow found no error in: conductor first, then in topological order
/// (a wire's source before its target, else as in the file). Ids follow the order of the file, so they do not depend on
/// the fleet. One after the other, since a description is large: ten thousand are 64 MB.
void CompileTasks(const Show& show, std::span<const ImportedAsset> assets,
                  const std::function<void(const dsp::TaskDescription&)>& take);

/// One of them, but that none of its wires is delayed; `id_of` names tasks by number.
dsp::TaskDescription CompileTask(const Show& show, const ShowTask& task,
                                 std::span<const ImportedAsset> assets,
                                 const std::function<dsp::TaskId(std::string_view)>& id_of);

/// Replicas of one of those tasks, and what they cost. The conductor has at least two where nodes allow.
PlacementTask WishOf(const Show& show, const dsp::TaskDescription& task,
                     std::span<const ImportedAsset> assets, const Fleet& fleet);
/// Of all of them, in the order of CompileTasks.
std::vector<PlacementTask> Wishes(const Show& show, std::span<const ImportedAsset> assets,
                                  const Fleet& fleet);

/// The session at the show's first sample (n0 is not set).
session::Segment FirstSegment(const Show& show);
/// Its tempo map, whose places are counted in the meter of that.
session::TempoMarks TempoMarksOf(const Show& show);

/// Feeds of all outputs.
int CountFeeds(const Show& show);
/// Where they shall be, in the order in which FillPlan makes outputs of them.
FeedNodes FeedNodesOf(const Show& show);

/// Puts tasks, outputs, session and timing into `plan`, undated; its nodes, media map, generations and numbers are
/// the caller's. `placement` is of the show's Wishes. Every replica gets the next incarnation.
void FillPlan(const Show& show, std::span<const ImportedAsset> assets, const Placement& placement,
              Incarnation& last_incarnation, plan::Plan& plan);

}  // namespace continuo::coordinator
