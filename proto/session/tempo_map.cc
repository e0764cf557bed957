// SPDX-License-Identifier: Apache-2.0
#include "proto/session/tempo_map.h"

namespace continuo::session {

bool IsValid(const TempoMarks& marks) {
  Ticks before = -1;
  for (const TempoMark& mark : marks) {
    const bool in_range =
        mark.tempo_mbpm >= kTempoMinMilliBpm && mark.tempo_mbpm <= kTempoMaxMilliBpm;
    if (mark.tick <= before || mark.tick >= kTickLimit || !in_range) return false;
    before = mark.tick;
  }
  return true;
}

}  // namespace continuo::session
