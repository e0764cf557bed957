// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proto/plan/link.h"
#include "proto/plan/plan.h"

namespace continuo::agent::core {

// ---- inputs: what happened ----

/// The shell has tried to fetch the assets of an undated plan and to build it.
struct PreparationEnded {
  std::uint64_t term = 0;
  std::uint32_t version = 0;
  std::string error;  ///< empty: it can be played
};
/// The shell has handed a dated plan to the audio thread, or could not.
struct PlayBegun {
  std::uint64_t term = 0;
  std::uint32_t version = 0;
  std::string error;  ///< empty: it will sound at its start_n
};

using Input = std::variant<plan::ToAgent, PreparationEnded, PlayBegun>;

// ---- effects: what the shell is to do, in this order ----

struct Tell {
  plan::FromAgent message;
};
/// Fetch the assets of this plan, build it once to see that it works, and report PreparationEnded.
struct Prepare {
  plan::Plan plan;
  std::vector<std::string> asset_sources;
};
/// The same for a dated plan, and hand it to the audio thread; report PlayBegun. What plays meanwhile goes on.
struct Play {
  plan::Plan plan;
  std::vector<std::string> asset_sources;
};
struct Stop {};
/// Hand an event to the replica of its task.
struct Submit {
  plan::TaskId task = 0;
  Event event;
};
/// The coordinator will not have us.
struct Refused {
  std::string reason;
};
/// A line for the log: something was ignored on purpose.
struct Note {
  std::string text;
};

using Effect = std::variant<Tell, Prepare, Play, Stop, Submit, Refused, Note>;

/// The decisions of a node: which plan to take, which to refuse, what to report. Pure: no clock, no thread, no socket.
/// The coordinator's word is fenced by its term: what an older coordinator says is ignored, so that one that was
/// replaced, and does not know it yet, cannot change anything. Nothing here ever stops sound because the coordinator
/// is away.
class Node {
 public:
  std::vector<Effect> Step(const Input& input);

  /// Of the plan that is with the audio thread, for Hello; 0, 0 if there is none.
  std::uint64_t held_term() const { return held_ ? held_->term : 0; }
  std::uint32_t held_version() const { return held_ ? held_->version : 0; }
  /// The plan that is with the audio thread.
  const plan::Plan* held() const { return held_ ? &*held_ : nullptr; }
  /// As the coordinator named us; 0 before the first Welcome.
  plan::NodeId self() const { return self_; }

 private:
  using Effects = std::vector<Effect>;
  Effects On(const plan::ToAgent& message);
  Effects On(const PreparationEnded& ended);
  Effects On(const PlayBegun& begun);
  Effects OnWelcome(const plan::Welcome& welcome);
  Effects OnPlan(const plan::PlanSent& sent);
  Effects OnUndated(const plan::PlanSent& sent);
  Effects OnDated(const plan::PlanSent& sent);
  Effects OnEvent(const plan::EventSubmitted& submitted) const;
  Effects OnStop(const plan::ShowStopped& stopped);
  bool IsOld(std::uint64_t term) const { return term < term_; }

  /// How far an undated plan has come.
  enum class Progress { kNone, kPreparing, kReady, kFailed };

  plan::NodeId self_ = 0;
  std::uint64_t term_ = 0;            // newest seen
  std::optional<plan::Plan> wanted_;  // newest accepted, dated or not
  Progress progress_ = Progress::kNone;
  std::optional<plan::Plan> starting_;  // being built to be played
  std::optional<plan::Plan> held_;
};

}  // namespace continuo::agent::core
