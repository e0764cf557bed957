// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/waiting.h"

#include <cstddef>
#include <utility>

namespace continuo::coordinator {

void Waiting::Add(CommandId command, RequestId request, EventId event) {
  Askers& askers = askers_[command];
  askers.event = event;
  askers.requests.push_back(request);
}

void Waiting::Answer(Effects& effects) {
  const auto settles = [](const Effect& effect) { return std::holds_alternative<Settle>(effect); };
  bool any = false;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (!settles(effects[i])) continue;
    any = true;
    const Settle settle = std::move(std::get<Settle>(effects[i]));
    const auto waits = askers_.find(settle.command);
    if (waits == askers_.end()) continue;
    const std::vector<RequestId>& requests = waits->second.requests;
    effects[i] = coordinator::Answer{requests.front(), settle.reply};
    for (std::size_t k = 1; k < requests.size(); ++k) {  // few ask twice
      ++i;
      effects.insert(effects.begin() + static_cast<std::ptrdiff_t>(i),
                     coordinator::Answer{requests[k], settle.reply});
    }
    askers_.erase(waits);
  }
  if (any) std::erase_if(effects, settles);  // nobody waits for these
}

}  // namespace continuo::coordinator
