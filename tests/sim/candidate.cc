// SPDX-License-Identifier: Apache-2.0
#include "sim/candidate.h"

namespace continuo::sim {
namespace {

/// As long as coordinator/edge/etcd waits for an answer to a candidate.
constexpr Nanoseconds kPatience = Ms(350);

}  // namespace

Candidate::Candidate(Calendar& calendar, const NodeClock& clock, EtcdLine& line,
                     std::string address, Court court)
    : calendar_(calendar),
      clock_(clock),
      line_(line),
      court_(std::move(court)),
      leadership_(std::move(address)) {}

void Candidate::Turn() {
  if (asked_ && now() - asked_->second >= kPatience) {
    answers_->push_back({asked_->first, coordinator::StoreFailed{"the store does not answer"}});
    asked_.reset();
  }
  if (now() >= leadership_.NextTick()) Perform(leadership_.Tick(now()));
  while (!answers_->empty()) {
    const coordinator::StoreAnswer answer = std::move(answers_->front());
    answers_->pop_front();
    if (asked_ && asked_->first == answer.number) asked_.reset();
    Perform(leadership_.Tick(now()));
    Perform(leadership_.Take(answer, now()));
  }
  AskNext();
}

void Candidate::StepDown(const std::string& why, Nanoseconds pause) {
  if (leadership_.leads()) Perform(leadership_.StepDown(why, pause, now()));
}

void Candidate::Perform(const coordinator::LeadershipEffects& effects) {
  for (const coordinator::LeadershipEffect& effect : effects) {
    if (const auto* ask = std::get_if<coordinator::AskStore>(&effect)) {
      questions_.push_back(*ask);
    } else if (const auto* begin = std::get_if<coordinator::BeginReign>(&effect)) {
      held_until_ = leadership_.leads_until();
      court_.begin(begin->guard);
    } else if (const auto* end = std::get_if<coordinator::EndReign>(&effect)) {
      held_until_ = 0;
      court_.end(end->why);
    }
  }
  if (leadership_.leads()) held_until_ = leadership_.leads_until();
}

void Candidate::AskNext() {
  if (asked_ || questions_.empty()) return;
  const coordinator::AskStore question = questions_.front();
  questions_.pop_front();
  asked_ = {question.number, now()};
  const auto answer = std::make_shared<coordinator::StoreAnswer>();
  answer->number = question.number;
  line_.Send([etcd = &line_.etcd(), answer, question] { answer->what = etcd->Answer(question); },
             [answers = answers_, answer] { answers->push_back(*answer); });
}

}  // namespace continuo::sim
