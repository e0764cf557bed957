// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sim/dice.h"

namespace continuo::sim {

struct Scene;

/// Stages whose second replica is on a board, as far as a board can play them.
void AddBoards(Scene& scene, Dice dice);

/// Boards are drained for a while, and what is kept on them is moved there and away.
void DrawBoardChanges(Scene& scene, Dice dice);

}  // namespace continuo::sim
