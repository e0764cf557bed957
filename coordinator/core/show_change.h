// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "coordinator/core/show.h"
#include "proto/plan/plan.h"
#include "proto/wire/event.h"

// A show is applied while another one plays: what of the plan has to change, at one sample. Tasks are matched by name.
//
//   the same kind, channels, assets and notes    goes on, untouched; other parameters are events of that sample, other
//                                                wires are plugged in and pulled out from there on, with a fade
//   anything else                                is another lineage: it begins at that sample, the one of before ends
//                                                when the fades are over
//
// What did not change is not touched: it does not even notice.

namespace continuo::coordinator {

/// How a change is heard.
enum class Heard : std::uint8_t {
  kNothing,    ///< not at all: who computes, not what
  kEvent,      ///< on one sample, as if somebody had turned the knob
  kFade,       ///< something comes in or goes out, within 20 ms
  kCrossfade,  ///< a task begins anew in the place of another
  kRestart,    ///< nothing plays: everything begins
  kStop,       ///< impossible while the show plays
};

/// One thing that two shows differ in.
struct Difference {
  Heard heard = Heard::kNothing;
  std::string what;      ///< "task", "wires", "parameter", "tempo" ...
  std::string of;        ///< the task or output; empty: the show
  std::string field{};   ///< the parameter; of a task that begins anew what differs: "kind, notes"
  std::string before{};  ///< for people; empty: it was not there, or that is no value
  std::string after{};
  std::string text{};  ///< a sentence
  bool operator==(const Difference&) const = default;
};

struct ShowChange {
  /// An event of the date of the change.
  struct Command {
    dsp::TaskId task = 0;
    Event event;       ///< without number and date
    std::string text;  ///< for people
  };

  plan::SharedList<plan::Task> tasks;  ///< of the next plan; `added` ones without replicas
  plan::SharedList<plan::Output> outputs;
  std::vector<dsp::TaskId> added;
  std::vector<Command> commands;
  std::vector<Difference> differences;  ///< what changes, and what cannot; empty: nothing
  std::vector<Issue> issues;            ///< what cannot be changed while it plays, and warnings
};

/// `plan` plays `from`, and is to play `to` from `at` on, a multiple of the quantum. `to` has no errors (show_check.h).
/// `last_task`: highest task number that was ever used in this performance; grows.
ShowChange ChangeShow(const plan::Plan& plan, const Show& from, const Show& to,
                      std::span<const ImportedAsset> assets, MediaTime at, dsp::TaskId& last_task);

/// Takes out what ended so long before `now` that nobody needs it any more: tasks, and wires that were pulled out.
/// True if there was something.
bool TidyPlan(plan::Plan& plan, MediaTime now);

}  // namespace continuo::coordinator
