// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/room.h"

namespace continuo::coordinator {

/// A change of the plan that plays, while it is made. Once all is done that is to be done now, the plan gets its next
/// version (succession.h); until then agents hear of nothing.
class Change {
 public:
  Change(Ledger& ledger, Nanoseconds time, Effects& effects);

  Ledger& ledger;
  const Nanoseconds time;
  const MediaTime now;
  Effects& effects;

  /// A joiner; its incarnation.
  Incarnation Join(plan::Task& task, plan::NodeId node, plan::Role role);
  /// The replica is in the plan no more.
  void Drop(plan::Task& task, Incarnation incarnation);
  void SetLeaving(plan::Task& task, Incarnation incarnation, bool leaving);
  void SetRole(plan::Task& task, Incarnation incarnation, plan::Role role);
  void SetWanted(plan::Task& task, int wanted);

  void Log(Severity severity, std::string text) {
    effects.emplace_back(LogLine{severity, std::move(text)});
  }

  /// What placement must know, as of now.
  const Room& room();

  /// Counts whatever was done, so that it is known when nothing is left to do.
  int steps() const { return steps_; }
  void Stepped() { ++steps_; }

 private:
  int steps_ = 0;
  std::optional<Room> room_;  // none: something has changed since, in another way than by a join
};

}  // namespace continuo::coordinator
