// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/status_text.h"
#include "coordinator/cli/terminal.h"
#include "coordinator/core/view.h"
#include "proto/plan/plan.h"
#include "proto/wire/event.h"

// What the parameters of a task are, by the show and by what was committed since.

namespace continuo::coordinator::cli {

struct TaskParam {
  const char* name = "";
  const char* unit = "";
  float value = 0;  ///< in force at the sample that was asked for
  float committed =
      0;             ///< by the last command or scene that is committed, however late it is dated
  MediaTime at = 0;  ///< that one's date; 0: nobody has touched it since the show began
};

/// All that its kernel has, in the kernel's order; of a curve, what is said by hand. `events`: the committed ones.
std::vector<TaskParam> ParamsAt(const plan::Task& task,
                                std::span<const std::pair<dsp::TaskId, Event>> events, MediaTime n);

/// The task of that name that has not ended at sample n; nullptr: there is none.
const plan::Task* FindTaskAt(const plan::Plan& plan, std::string_view name, MediaTime n);

Lines ParamLines(std::span<const TaskParam> params, MediaTime n, const Terminal& terminal);
/// {"gain": {"value": ..., "unit": "dB", "committed": ..., "at": n or null}, ...}
Json ParamsJson(std::span<const TaskParam> params);

}  // namespace continuo::coordinator::cli
