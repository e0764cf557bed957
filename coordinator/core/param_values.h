// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "dsp/graph/description.h"
#include "proto/wire/event.h"

namespace continuo::coordinator {

/// A parameter's value, by its index.
using ParamValues = std::map<std::size_t, float>;

/// A committed event, and whose.
using TaskCommand = std::pair<dsp::TaskId, Event>;

/// As a task hears them: at one sample scenes come before its parameters.
std::vector<TaskCommand> AsHeard(std::span<const TaskCommand> events);

/// What those of them that are dated up to `n` have set of the task is put into `values`. `heard`: of AsHeard.
void ApplyUpTo(MediaTime n, std::span<const TaskCommand> heard, const dsp::TaskDescription& task,
               ParamValues& values);

}  // namespace continuo::coordinator
