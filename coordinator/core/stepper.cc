// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/stepper.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "coordinator/core/commands.h"

namespace continuo::coordinator {
namespace {

/// Conclusions of conclusions of one batch; the core needs two.
constexpr int kRoundsMax = 16;

/// A plan that cannot be written down is given up by those who prepare it.
void FailPreparation(Input& input, const std::string& why) {
  auto* const spoke = std::get_if<AgentSpoke>(&input.what);
  auto* const prepared = spoke ? std::get_if<plan::PlanPrepared>(&spoke->message) : nullptr;
  if (prepared == nullptr || !prepared->error.empty()) return;
  prepared->error =
      "the coordinator cannot write its journal (" + why + "); make room, then apply it again";
}

/// What is told to who brought it; an agent that is new here is turned away and comes again.
void TellRefused(const Input& input, const std::string& why, Effects& effects) {
  if (const RequestId request = RequestIn(input); request != 0) {
    effects.emplace_back(
        Answer{request,
               {.code = Code::kExhausted,
                .text = "the coordinator cannot write its journal (" + why +
                        "); the show plays on, but nothing can be changed until there is room"}});
    return;
  }
  const auto* const spoke = std::get_if<AgentSpoke>(&input.what);
  if (spoke == nullptr || !std::holds_alternative<plan::Hello>(spoke->message)) return;
  effects.emplace_back(SendToAgent{
      spoke->connection, plan::Refusal{"the coordinator cannot write its journal: " + why}});
  effects.emplace_back(CloseConnection{spoke->connection});
}

}  // namespace

void Stepper::StepAll(std::vector<Input> batch) {
  for (int count = 0; count < kRoundsMax && !batch.empty(); ++count) {
    std::vector<Input> raised;
    const bool durable = MakeDurable(batch);
    if (!deposed_.empty()) return;
    if (!durable) Refuse(batch);
    for (const Input& input : batch) {
      cause_ = &input;
      PerformAll(Step(state_, input), raised);
    }
    cause_ = nullptr;
    if (exact()) Keep(false);
    batch = std::move(raised);
  }
}

void Stepper::Keep(bool ends) {
  if (std::string wrong = journal_.Keep(state_, ends); !wrong.empty()) {
    perform_(LogLine{Severity::kWarning, "no snapshot of the journal is taken: " + wrong});
  }
}

bool Stepper::MayShow() {
  if (deposed_.empty() && !journal_.Confirm()) {
    deposed_ = "the store does not confirm that it leads";
  }
  return deposed_.empty();
}

bool Stepper::MakeDurable(const std::vector<Input>& round) {
  if (std::none_of(round.begin(), round.end(), IsDurable)) return true;
  std::vector<Input> some;
  std::span<const Input> durable = round;  // a show is large: it is not copied where all are
  if (!owed_.empty() || !std::all_of(round.begin(), round.end(), IsDurable)) {
    some = owed_;
    std::copy_if(round.begin(), round.end(), std::back_inserter(some), IsDurable);
    durable = some;
  }
  const bool begins = std::holds_alternative<Started>(durable.front().what);
  Appended appended = journal_.Append(state_.ledger.term + (begins ? 1 : 0), durable);
  if (appended.deposed()) {
    deposed_ = std::move(appended.why);
    return false;
  }
  if (appended.durable()) owed_.clear();
  trouble_ = std::move(appended.why);
  return appended.durable();
}

void Stepper::Refuse(std::vector<Input>& round) {
  std::vector<Input> none;
  PerformAll(RefuseUnrecorded(state_.ledger, trouble_, round), none);
  std::copy_if(round.begin(), round.end(), std::back_inserter(owed_), IsDurable);
}

void Stepper::Conclude(Raise raise, std::vector<Input>& raised) const {
  if (raise.if_later_than != 0) {
    raise.input.time = now_();
    if (raise.input.time <= raise.if_later_than) return;
  }
  raised.push_back(std::move(raise.input));
}

void Stepper::PerformAll(Effects effects, std::vector<Input>& raised) {
  for (Effect& effect : effects) {
    if (auto* raise = std::get_if<Raise>(&effect)) {
      Conclude(std::move(*raise), raised);
    } else {
      perform_(std::move(effect));
    }
  }
}

Effects RefuseUnrecorded(const Ledger& ledger, const std::string& why, std::vector<Input>& round) {
  Effects effects;
  for (Input& input : round) FailPreparation(input, why);
  const auto is_refused = [&ledger](const Input& input) {
    return IsDurable(input) && !MayGoUnrecorded(ledger, input);
  };
  for (const Input& input : round) {
    if (is_refused(input)) TellRefused(input, why, effects);
  }
  std::erase_if(round, is_refused);
  return effects;
}

}  // namespace continuo::coordinator
