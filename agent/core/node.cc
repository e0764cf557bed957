// SPDX-License-Identifier: Apache-2.0
#include "agent/core/node.h"

#include <utility>

#include "dsp/base/overload.h"

namespace continuo::agent::core {
namespace {

Note Ignored(const std::string& what, std::uint64_t term, std::uint64_t newest) {
  return {what + " of term " + std::to_string(term) + " ignored: a coordinator of term " +
          std::to_string(newest) + " has been heard"};
}

/// The same show on the same sample: a coordinator that came back has a new term and the old plan.
bool SameButTerm(const plan::Plan& a, plan::Plan b) {
  b.term = a.term;
  return a == b;
}

std::vector<std::string> SourcesOf(const plan::PlanSent& sent) {
  return {sent.asset_sources.begin(), sent.asset_sources.end()};
}

bool SameRun(const plan::Plan& a, const plan::Plan& b) {
  return a.run != 0 && a.run == b.run && a.start_n == b.start_n;
}

}  // namespace

std::vector<Effect> Node::Step(const Input& input) {
  return std::visit([this](const auto& happened) { return On(happened); }, input);
}

Node::Effects Node::On(const plan::ToAgent& message) {
  return std::visit(Overload{
                        [this](const plan::Welcome& m) { return OnWelcome(m); },
                        [](const plan::Refusal& m) { return Effects{Refused{m.reason}}; },
                        [this](const plan::PlanSent& m) { return OnPlan(m); },
                        [this](const plan::EventSubmitted& m) { return OnEvent(m); },
                        [this](const plan::ShowStopped& m) { return OnStop(m); },
                    },
                    message);
}

Node::Effects Node::OnWelcome(const plan::Welcome& welcome) {
  if (welcome.node == 0) return OnAsked();
  if (IsOld(welcome.term)) return {Ignored("a welcome", welcome.term, term_)};
  term_ = welcome.term;
  self_ = welcome.node;
  return {};
}

Node::Effects Node::OnAsked() const {
  plan::PlanHeld answer{term_, {}};
  if (held_) answer.plan = *held_;
  return {Note{"the coordinator has lost what is played here, and is told"},
          Tell{std::move(answer)}};
}

Node::Effects Node::OnPlan(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  if (IsOld(plan.term)) return {Ignored("a plan", plan.term, term_)};
  if (std::string why = WhyNot(plan); !why.empty()) {
    return {Note{"plan " + std::to_string(plan.version) + " ignored: " + why}};
  }
  term_ = plan.term;
  peers_.assign(sent.peers.begin(), sent.peers.end());
  return plan.start_n == 0 ? OnUndated(sent) : OnDated(sent);
}

std::string Node::WhyNot(const plan::Plan& plan) const {
  if (wanted_ && wanted_->term == plan.term && plan.version < wanted_->version) {
    return "plan " + std::to_string(wanted_->version) + " has been taken";
  }
  if (!held_ || !SameRun(*held_, plan)) return {};
  if (plan.version < held_->version) {
    return "plan " + std::to_string(held_->version) + " of the same performance is played";
  }
  if (plan.version == held_->version && !SameButTerm(*held_, plan)) {
    return "another one of that version is played";
  }
  return {};
}

Node::Effects Node::OnUndated(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  if (wanted_ && *wanted_ == plan) {
    // Sent again, since an answer may have been lost.
    if (progress_ == Progress::kPreparing) return {};
    if (progress_ == Progress::kReady)
      return {Tell{plan::PlanPrepared{plan.term, plan.version, {}}}};
  }
  wanted_ = plan;
  progress_ = Progress::kPreparing;
  return {Prepare{plan, SourcesOf(sent)}};
}

Node::Effects Node::OnDated(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  wanted_ = plan;
  if (!starting_) return Begin(sent);
  next_ = sent;
  return {};
}

Node::Effects Node::Begin(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  if (held_ && SameButTerm(*held_, plan)) {
    held_->term = plan.term;
    return {};
  }
  starting_ = plan;
  return {Play{plan, SourcesOf(sent), held_ && SameRun(*held_, plan)}};
}

Node::Effects Node::BeginNext() {
  if (!next_) return {};
  const plan::PlanSent sent = *std::exchange(next_, std::nullopt);
  return Begin(sent);
}

Node::Effects Node::On(const PreparationEnded& ended) {
  if (!wanted_ || ended.term != wanted_->term || ended.version != wanted_->version) return {};
  progress_ = ended.error.empty() ? Progress::kReady : Progress::kFailed;
  return {Tell{plan::PlanPrepared{ended.term, ended.version, ended.error}}};
}

Node::Effects Node::On(const PlayBuilt& built) {
  if (!starting_ || built.term != starting_->term || built.version != starting_->version) return {};
  const plan::Plan plan = *std::exchange(starting_, std::nullopt);
  Effects effects;
  if (!built.error.empty()) {
    effects.emplace_back(Tell{plan::PlanPrepared{built.term, built.version, built.error}});
  } else if (!next_ || SameButTerm(plan, next_->plan) || SameRun(plan, next_->plan)) {
    held_ = plan;
    effects.emplace_back(Arm{});
  }
  for (Effect& effect : BeginNext()) effects.push_back(std::move(effect));
  return effects;
}

Node::Effects Node::OnEvent(const plan::EventSubmitted& submitted) const {
  if (IsOld(submitted.term)) return {Ignored("an event", submitted.term, term_)};
  return {Submit{submitted.task, submitted.event}};
}

Node::Effects Node::OnStop(const plan::ShowStopped& stopped) {
  if (IsOld(stopped.term)) return {Ignored("a stop", stopped.term, term_)};
  term_ = stopped.term;
  wanted_.reset();
  starting_.reset();
  next_.reset();
  held_.reset();
  progress_ = Progress::kNone;
  return {Stop{}};
}

}  // namespace continuo::agent::core
