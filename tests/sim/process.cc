// SPDX-License-Identifier: Apache-2.0
#include "sim/process.h"

#include "sim/world.h"

namespace continuo::sim {

void Process::SendBeats(World& world, const Machine& machine) {
  for (int seat = 0; seat < world.council().count(); ++seat) {
    for (int i = 0; i < plan::kMaxNetworks; ++i) {
      if (!world.network(i).Passes(machine.number, Council::MachineOf(seat))) continue;
      world.calendar().In(Us(world.dice().Between(100, 2000)),
                          [&world, i, seat, name = machine.name] {
                            world.council().Beat(seat, {name, static_cast<plan::Network>(i)});
                          });
    }
  }
}

}  // namespace continuo::sim
