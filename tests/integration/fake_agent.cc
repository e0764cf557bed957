// SPDX-License-Identifier: Apache-2.0
#include "integration/fake_agent.h"

#include "proto/transport/machine_clock.h"

namespace continuo {

FakeAgent::FakeAgent(const std::string& coordinator, plan::Hello hello)
    : hello_(std::move(hello)),
      link_({.addresses = {coordinator},
             .hello =
                 [this] {
                   const std::lock_guard lock(mutex_);
                   return hello_;
                 },
             .received = [this](plan::ToAgent message) { Received(std::move(message)); },
             .changed =
                 [this](bool, const std::string& why) {
                   const std::lock_guard lock(mutex_);
                   word_ = why;
                   wake_.notify_all();
                 }}) {
  if (hello_.name.empty()) hello_.name = "fake";
  hello_.networks.push_back({0x7f000101, 5004});
  hello_.can_output = true;
  hello_.clock_id = transport::MachineClockId();
  link_.Start();
}

void FakeAgent::Received(plan::ToAgent message) {
  const std::lock_guard lock(mutex_);
  if (const auto* sent = std::get_if<plan::PlanSent>(&message)) {
    if (sent->plan.start_n == 0) {
      link_.Send(plan::PlanPrepared{sent->plan.term, sent->plan.version, ""});
    } else {
      hello_.held_term = sent->plan.term;
      hello_.held_version = sent->plan.version;
    }
  }
  received_.push_back(std::move(message));
  wake_.notify_all();
}

int FakeAgent::WaitUntil(const std::function<bool(const plan::ToAgent&)>& wanted,
                         std::size_t from) {
  std::unique_lock lock(mutex_);
  int found = -1;
  wake_.wait_for(lock, kPatience, [&] {
    for (std::size_t i = from; i < received_.size() && found < 0; ++i) {
      if (wanted(received_[i])) found = static_cast<int>(i);
    }
    return found >= 0;
  });
  return found;
}

plan::ToAgent FakeAgent::At(std::size_t index) {
  const std::lock_guard lock(mutex_);
  return received_.at(index);
}

std::size_t FakeAgent::count() {
  const std::lock_guard lock(mutex_);
  return received_.size();
}

std::string FakeAgent::WaitForWord(const std::string& text) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, kPatience, [&] { return word_.find(text) != std::string::npos; });
  return word_;
}

}  // namespace continuo
