// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/input.h"

namespace continuo::coordinator {

/// Who waits for what becomes of which command. Each is answered once. Forgotten with the process: they ask again.
class Waiting {
 public:
  struct Askers {
    EventId event = 0;  ///< what was issued for it; 0: nothing (that is still known)
    std::vector<RequestId> requests;
  };

  void Add(CommandId command, RequestId request, EventId event);
  /// Puts an Answer for each who waits in the place of every Settle.
  void Answer(Effects& effects);
  const std::map<CommandId, Askers>& all() const { return askers_; }

 private:
  std::map<CommandId, Askers> askers_;
};

}  // namespace continuo::coordinator
