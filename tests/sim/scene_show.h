// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/show.h"
#include "sim/dice.h"

namespace continuo::sim {

struct Scene;

/// A show for as many machines as the scene has.
coordinator::Show MakeShow(const Scene& scene, Dice dice);

/// One that the task's kind has.
std::string AnyParam(const coordinator::ShowTask& task, Dice& dice);
/// Within the range of AnyParam of any kind.
float AnyValue(const coordinator::ShowTask& task, Dice& dice);

}  // namespace continuo::sim
