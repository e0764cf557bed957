// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::sim {

class World;

/// All machines lose power at once, the coordinators' included, and come back in any order; nobody is there to help.
/// The show has to sound within 10 s of the last one's return, at the bar that it would have come to, and what it plays
/// from then on has to be the oracle's. After a run that went well, which it ends.
void CutThePower(World& world);

}  // namespace continuo::sim
