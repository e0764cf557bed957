// SPDX-License-Identifier: Apache-2.0
#include "sim/parting.h"

#include <algorithm>

#include "sim/machine.h"

namespace continuo::sim {

void Parting::Look() {
  for (const auto& machine : machines_) {
    if (machine->process == nullptr) continue;
    machine->process->ForEachReplica([this](const ReplicaLook& look) {
      const replica::State state = look.replica->state();
      // One that joins, or is out, has gone on without nobody.
      if (state != replica::State::kInSync && state != replica::State::kTainted) return;
      for (const Incarnation member : look.members) {
        if (!look.replica->Needs(member)) {
          alone_.insert({look.self, member});
        }
      }
    });
  }
}

void Parting::Weigh(const WireTap::Conflict& conflict) {
  Look();
  if (alone_.contains({conflict.one, conflict.other}) &&
      alone_.contains({conflict.other, conflict.one})) {
    from_ = std::min(from_, conflict.k);
  }
}

}  // namespace continuo::sim
