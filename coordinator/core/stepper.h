// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/journal.h"

namespace continuo::coordinator {

/// What an event loop makes of its inputs: what belongs into the journal is written down, then each input is stepped
/// and its effects are performed, in order; then the same with what they raised. Used by one thread.
///
/// When the journal refuses (the disk is full), what would be forgotten does not happen, and those who wished for it
/// are told. What may happen all the same does, and is owed to the journal: it is written before anything else is, so
/// that a replay comes to the same ledger. When the journal is another coordinator's, nothing more happens.
class Stepper {
 public:
  using Perform = std::function<void(Effect effect)>;
  using Now = std::function<Nanoseconds()>;
  /// Both must outlive it; `state` is changed by nobody else. `now`: of the clock by which inputs have their times.
  Stepper(State& state, Journal& journal, Now now, Perform perform)
      : state_(state), journal_(journal), now_(std::move(now)), perform_(std::move(perform)) {}

  void StepAll(std::vector<Input> batch);
  /// For those who asked what is known before the last StepAll: nothing that was done before they asked, here or by
  /// another coordinator that leads, is missing from the state. False: they must not be shown it, and nothing may
  /// happen any more (`deposed`). May take as long as a write to the journal.
  bool MayShow();

  /// Nothing comes after it: what the journal gives by now is written down, if that can be.
  void End() {
    if (exact() && deposed_.empty()) Keep(true);
  }

  /// The input whose effects are being performed; nullptr: they come of the journal's refusal.
  const Input* cause() const { return cause_; }
  /// Why the journal takes no more; empty: it does.
  const std::string& trouble() const { return trouble_; }
  /// Not empty: nothing may happen any more; a sentence why.
  const std::string& deposed() const { return deposed_; }
  /// A replay of the journal would come to this very ledger.
  bool exact() const { return owed_.empty(); }

 private:
  bool MakeDurable(const std::vector<Input>& round);
  void Keep(bool ends);
  void Refuse(std::vector<Input>& round);
  void Conclude(Raise raise, std::vector<Input>& raised) const;
  void PerformAll(Effects effects, std::vector<Input>& raised);

  State& state_;
  Journal& journal_;
  const Now now_;
  const Perform perform_;
  const Input* cause_ = nullptr;
  std::string trouble_, deposed_;
  std::vector<Input> owed_;  // stepped, and not written yet
};

/// The journal takes no more, and `why`: takes out of `round` what must not happen, and says what those are told who
/// brought it.
Effects RefuseUnrecorded(const Ledger& ledger, const std::string& why, std::vector<Input>& round);

}  // namespace continuo::coordinator
