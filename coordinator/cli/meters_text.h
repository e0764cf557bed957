// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"

// What kernels measure: levels, gain reduction, loudness.

namespace continuo::coordinator::cli {

/// One value of a task; equal in all its replicas in sync.
struct MeterReading {
  std::string task;
  std::string kind;
  std::string name;  ///< "peak.1"
  std::string unit;
  float value = 0;
};

/// Of all tasks that measure something and have a live replica in sync, in the order of the show.
std::vector<MeterReading> ReadingsOf(const View& view);

/// A sentence if `task` is not empty and the show has none of that name, else empty.
std::string NoSuchTask(const View& view, const std::string& task);

/// A bar for what is in decibels, and the number. `task`: only of that one; empty: of all.
std::vector<std::string> MeterLines(const View& view, const std::string& task,
                                    const Terminal& terminal);
/// The same in one line, for logs: "master peak.1 -6.3 dBFS  peak.2 -6.1 dBFS".
std::string MeterLine(const View& view, const std::string& task);
/// {"now": ..., "readings": [{"task": ..., "name": ..., "unit": ..., "value": ...}]}
std::string MetersJson(const View& view, const std::string& task);

}  // namespace continuo::coordinator::cli
