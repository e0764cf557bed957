// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace continuo::sim {

class World;

/// After a run: what was sent and played against the truth, what was promised against what happened. Knows the plan,
/// the acknowledged events, and what left the machines; nothing of how they came to it.
void Judge(World& world);

/// The same of what plays after a power cut, as far as it goes.
void JudgeAfterPowerCut(World& world);

}  // namespace continuo::sim
