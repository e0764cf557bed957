// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "dsp/graph/wire_gain.h"

namespace continuo::dsp {

/// First sample of which a task whose wires were `before` and are `after` makes something else; kForever: of none. A
/// wire that is there no more was over.
inline MediaTime FirstChange(std::span<const Wire> before, std::span<const Wire> after) {
  MediaTime first = kForever;
  for (const Wire& wire : after) {
    const auto same = std::find_if(before.begin(), before.end(), [&wire](const Wire& other) {
      return other.from == wire.from && other.port == wire.port && other.begins == wire.begins;
    });
    if (same == before.end()) {
      first = std::min(first, wire.begins);
    } else if (same->ends != wire.ends) {
      first = std::min({first, same->ends, wire.ends});
    }
  }
  return first;
}

}  // namespace continuo::dsp
