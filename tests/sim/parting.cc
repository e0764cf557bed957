// SPDX-License-Identifier: Apache-2.0
#include "sim/parting.h"

#include <algorithm>

#include "sim/agent_process.h"

namespace continuo::sim {

void Parting::Look() {
  for (const auto& machine : machines_) {
    if (machine->process == nullptr) continue;
    machine->process->ForEachRunner([this](const agent::rt::ReplicaRunner& runner) {
      const replica::State state = runner.replica().state();
      // One that joins, or is out, has gone on without nobody.
      if (state != replica::State::kInSync && state != replica::State::kTainted) return;
      for (const agent::rt::Producer& member : runner.spec().members) {
        if (!runner.replica().Needs(member.incarnation)) {
          alone_.insert({runner.spec().self, member.incarnation});
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
