// SPDX-License-Identifier: Apache-2.0
#include "sim/operator.h"

#include "sim/material.h"
#include "sim/world.h"

namespace continuo::sim {

void Operator::ApplyShow() {
  coordinator::ShowApplied applied;
  applied.show = world_.scene().show;
  applied.source = "show: seed";
  applied.assets = Imported();
  show_request_ = world_.coordinator()->Ask(applied);
  open_[show_request_] = "show apply";
}

void Operator::Ask(Nanoseconds t) {
  const auto& wishes = world_.scene().wishes;
  for (; next_wish_ < wishes.size() && wishes[next_wish_].at <= t; ++next_wish_) {
    const Wish& wish = wishes[next_wish_];
    if (world_.coordinator() == nullptr) continue;  // "the coordinator does not answer"
    const coordinator::RequestId request = world_.coordinator()->Ask(wish.what);
    open_[request] = wish.text;
    if (world_.tracing())
      world_.Trace("operator asks " + std::to_string(request) + ": " + wish.text);
  }
}

void Operator::UndrainAll() {
  for (const coordinator::NodeRecord& node : world_.ledger().nodes) {
    if (!node.drained || world_.coordinator() == nullptr) continue;
    const auto request =
        world_.coordinator()->Ask(coordinator::DrainRequested{0, node.hello.name, false});
    open_[request] = "undrain " + node.hello.name;
  }
}

void Operator::OnAnswer(const coordinator::Answer& answer) {
  const auto waits = open_.find(answer.request);
  if (waits == open_.end()) {
    if (answered_.contains(answer.request)) {
      world_.Broken("\"" + answered_[answer.request] + "\" was answered twice");
    }
    return;
  }
  if (world_.tracing()) {
    world_.Trace("operator hears " + std::to_string(answer.request) + " (" + waits->second +
                 "): " + answer.reply.text);
  }
  answered_[answer.request] = waits->second;
  open_.erase(waits);
  if (answer.request == show_request_) {
    show_answered_ = true;
    show_request_ = 0;
    show_reply_ = answer.reply;
  } else if (!answer.reply.ok() && answer.reply.verdict == Verdict::kNone) {
    ++world_.outcome().refused;
  }
}

void Operator::OnCoordinatorDied() {
  open_.clear();
  answered_.clear();
}

std::string Operator::Unanswered() const {
  if (open_.empty()) return {};
  return std::to_string(open_.size()) + " questions were not answered, \"" + open_.begin()->second +
         "\" among them";
}

}  // namespace continuo::sim
