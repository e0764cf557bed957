// SPDX-License-Identifier: Apache-2.0
#include "agent/core/node.h"

#include <utility>

namespace continuo::agent::core {
namespace {

template <typename... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overload(Cases...) -> Overload<Cases...>;

Note Ignored(const std::string& what, std::uint64_t term, std::uint64_t newest) {
  return {what + " of term " + std::to_string(term) + " ignored: a coordinator of term " +
          std::to_string(newest) + " has been heard"};
}

/// The same show on the same sample: a coordinator that came back has a new term and the old plan.
bool SameButTerm(const plan::Plan& a, plan::Plan b) {
  b.term = a.term;
  return a == b;
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
  if (IsOld(welcome.term)) return {Ignored("a welcome", welcome.term, term_)};
  term_ = welcome.term;
  self_ = welcome.node;
  return {};
}

Node::Effects Node::OnPlan(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  if (IsOld(plan.term)) return {Ignored("a plan", plan.term, term_)};
  if (wanted_ && wanted_->term == plan.term && plan.version < wanted_->version) {
    return {Note{"plan " + std::to_string(plan.version) + " ignored: plan " +
                 std::to_string(wanted_->version) + " has been taken"}};
  }
  term_ = plan.term;
  return plan.start_n == 0 ? OnUndated(sent) : OnDated(sent);
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
  return {Prepare{plan, sent.asset_sources}};
}

Node::Effects Node::OnDated(const plan::PlanSent& sent) {
  const plan::Plan& plan = sent.plan;
  wanted_ = plan;
  if (held_ && SameButTerm(*held_, plan)) {
    held_->term = plan.term;
    return {};
  }
  if (starting_ && SameButTerm(*starting_, plan)) return {};
  starting_ = plan;
  return {Play{plan, sent.asset_sources}};
}

Node::Effects Node::On(const PreparationEnded& ended) {
  if (!wanted_ || ended.term != wanted_->term || ended.version != wanted_->version) return {};
  progress_ = ended.error.empty() ? Progress::kReady : Progress::kFailed;
  return {Tell{plan::PlanPrepared{ended.term, ended.version, ended.error}}};
}

Node::Effects Node::On(const PlayBegun& begun) {
  if (!starting_ || begun.term != starting_->term || begun.version != starting_->version) return {};
  if (begun.error.empty()) {
    held_ = std::exchange(starting_, std::nullopt);
    return {};
  }
  starting_.reset();
  return {Tell{plan::PlanPrepared{begun.term, begun.version, begun.error}}};
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
  held_.reset();
  progress_ = Progress::kNone;
  return {Stop{}};
}

}  // namespace continuo::agent::core
