// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/dice.h"

namespace continuo::sim {

struct Scene;

/// Parameters, the session and scenes, some of which must be refused.
void DrawWishes(Scene& scene, Dice dice);
/// In mid-play one more task comes into the show, and the master hears it from then on.
void DrawShowChange(Scene& scene, Dice dice);
/// Operators move, drain, rebalance, ask for more replicas and cancel.
void DrawChanges(Scene& scene, Dice dice);

}  // namespace continuo::sim
