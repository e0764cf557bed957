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
/// The shell has built a dated plan, or could not.
struct PlayBuilt {
  std::uint64_t term = 0;
  std::uint32_t version = 0;
  std::string
      error;  ///< empty: it waits for Arm; if that is not among the effects, nobody wants it any more
};

using Input = std::variant<plan::ToAgent, PreparationEnded, PlayBuilt>;

// ---- effects: what the shell is to do, in this order ----

struct Tell {
  plan::FromAgent message;
};
/// Fetch the assets of this plan, build it once to see that it works, and report PreparationEnded.
struct Prepare {
  plan::Plan plan;
  std::vector<std::string> asset_sources;
};
/// The same for a dated plan; report PlayBuilt. There is no second Play before that report, so what succeeds is built
/// for exactly the plan that it succeeds.
struct Play {
  plan::Plan plan;
  std::vector<std::string> asset_sources;
  bool succeeds = false;  ///< takes over, without a sound, from the plan that is held
};
/// Hand what has just been built to the audio thread.
struct Arm {};
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

using Effect = std::variant<Tell, Prepare, Play, Arm, Stop, Submit, Refused, Note>;

/// The decisions of a node: which plan to take, which to refuse, what to report. Pure: no clock, no thread, no socket.
/// The coordinator's word is fenced by its term: what an older coordinator says is ignored, so that one that was
/// replaced, and does not know it yet, cannot change anything. Within one performance versions only grow, whatever the
/// term. Nothing here ever stops sound because the coordinator is away.
class Node {
 public:
  std::vector<Effect> Step(const Input& input);

  /// Of the newest coordinator that was heard; 0: none was.
  std::uint64_t term() const { return term_; }
  /// Of the plan that is with the audio thread, for Hello; 0, 0 if there is none.
  std::uint64_t held_term() const { return held_ ? held_->term : 0; }
  std::uint32_t held_version() const { return held_ ? held_->version : 0; }
  /// The plan that is with the audio thread.
  const plan::Plan* held() const { return held_ ? &*held_ : nullptr; }
  /// Where the nodes of the newest plan serve the states of their replicas.
  const std::vector<plan::Peer>& peers() const { return peers_; }
  /// As the coordinator named us; 0 before the first Welcome.
  plan::NodeId self() const { return self_; }

 private:
  using Effects = std::vector<Effect>;
  Effects On(const plan::ToAgent& message);
  Effects On(const PreparationEnded& ended);
  Effects On(const PlayBuilt& built);
  Effects OnWelcome(const plan::Welcome& welcome);
  Effects OnPlan(const plan::PlanSent& sent);
  Effects OnUndated(const plan::PlanSent& sent);
  Effects OnDated(const plan::PlanSent& sent);
  Effects OnEvent(const plan::EventSubmitted& submitted) const;
  Effects OnAsked() const;
  Effects OnStop(const plan::ShowStopped& stopped);
  Effects Begin(const plan::PlanSent& sent);
  Effects BeginNext();
  std::string WhyNot(const plan::Plan& plan) const;
  bool IsOld(std::uint64_t term) const { return term < term_; }

  /// How far an undated plan has come.
  enum class Progress { kNone, kPreparing, kReady, kFailed };

  plan::NodeId self_ = 0;
  std::uint64_t term_ = 0;            // newest seen
  std::optional<plan::Plan> wanted_;  // newest accepted, dated or not
  Progress progress_ = Progress::kNone;
  std::vector<plan::Peer> peers_;
  std::optional<plan::Plan> starting_;  // being built to be played
  std::optional<plan::PlanSent> next_;  // newest that came meanwhile
  std::optional<plan::Plan> held_;
};

}  // namespace continuo::agent::core
