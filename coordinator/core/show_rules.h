// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/fleet.h"
#include "coordinator/core/issue_list.h"
#include "coordinator/core/show.h"
#include "dsp/kernels/kernel.h"

// The parts of CheckShow (show_check.h), one file each. All only add to the list of issues.

namespace continuo::coordinator {

struct Arrangement;

/// It hears a device of one node: it has one replica, whatever the show says of others.
bool HearsDevice(const ShowTask& task);
/// The replicas that this task must have.
int RedundancyOf(const Show& show, const ShowTask& task);
/// Those that it has where there is room: of tier 0 three.
int RedundancyWished(const Show& show, const ShowTask& task);

const ShowTask* FindShowTask(const Show& show, std::string_view name);
/// In Show::tasks, of one of them.
inline std::size_t PlaceOf(const Show& show, const ShowTask& task) {
  return static_cast<std::size_t>(&task - show.tasks.data());
}
const ShowAsset* FindShowAsset(const Show& show, std::string_view name);
std::vector<std::string> TaskNames(const Show& show);

/// What is said of a parameter that a kind does not have.
std::string WhyNoParam(const dsp::KernelDescription& kernel, std::string_view name);

/// Names of people's making: letters, digits, '-' and '_', 1 to 32 of them. Empty if good, else what is wrong.
std::string CheckName(std::string_view name);

/// Why there is no such place in the meter that the show begins with, or why it does not come after another one. Empty
/// if it is well. The meter is one.
std::string WhyNoPlace(const Show& show, const session::BarBeat& at);
std::string WhyNotAfter(const Show& show, const session::BarBeat& before,
                        const session::BarBeat& at);

/// Of lists longer than any show has. An error here forbids to look closer: that would take as long as the show likes.
void CheckSizes(const Show& show, Issues& issues);
void CheckHead(const Show& show, Issues& issues);  // tempo, timing, quantum ...
void CheckAssets(const Show& show, std::span<const ImportedAsset> imported, Issues& issues);
void CheckTask(const Show& show, const ShowTask& task, Issues& issues);  // kind, channels, params
/// Where its parameters go along the music.
void CheckCurves(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                 Issues& issues);
/// Those that a task or a scene sets: names, ranges, none twice.
void CheckParams(const std::string& field, const std::vector<ShowParam>& params,
                 const dsp::KernelDescription& kernel, Issues& issues);
void CheckMaterial(const Show& show, const ShowTask& task, const dsp::KernelDescription& kernel,
                   Issues& issues);                 // samples and notes
void CheckWires(const Show& show, Issues& issues);  // ports, channels, cycles
void CheckOutputs(const Show& show, Issues& issues);
void CheckScenes(const Show& show, Issues& issues);
/// Of a show without errors: time for the longest chain.
void CheckLatency(const Show& show, Issues& issues);
/// What waits too long where ways of different length meet. Of a show without errors.
void CheckPaths(const Show& show, Issues& issues);
/// Leads and offsets, of a show without other errors.
void CheckAhead(const Show& show, Issues& issues);
void CheckFleet(const Show& show, const Fleet& fleet,
                Issues& issues);  // enough nodes, and those named
/// Of a show without errors: room on those nodes, and where.
Arrangement CheckRoom(const Show& show, std::span<const ImportedAsset> assets, const Fleet& fleet,
                      Issues& issues);

}  // namespace continuo::coordinator
