// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sim/scene.h"

namespace continuo::sim {

/// Looks for a shorter list of faults and wishes with which the scene still fails: halves, quarters ... are left out
/// for as long as that helps (delta debugging). A text for people: the list, and how to run it again.
std::string Shrink(const Scene& scene);

}  // namespace continuo::sim
