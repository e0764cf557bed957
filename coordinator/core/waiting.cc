// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/waiting.h"

#include <algorithm>
#include <utility>

namespace continuo::coordinator {

void Waiting::Add(CommandId command, RequestId request, EventId event) {
  Askers& askers = askers_[command];
  askers.event = event;
  askers.requests.push_back(request);
}

void Waiting::Answer(Effects& effects) {
  const auto settles = [](const Effect& effect) { return std::holds_alternative<Settle>(effect); };
  if (std::none_of(effects.begin(), effects.end(), settles)) return;
  Effects all;
  all.swap(effects);
  for (Effect& effect : all) {
    const auto* const settle = std::get_if<Settle>(&effect);
    if (settle == nullptr) {
      effects.push_back(std::move(effect));
      continue;
    }
    const auto waits = askers_.find(settle->command);
    if (waits == askers_.end()) continue;
    for (const RequestId request : waits->second.requests) {
      effects.emplace_back(coordinator::Answer{request, settle->reply});
    }
    askers_.erase(waits);
  }
}

}  // namespace continuo::coordinator
