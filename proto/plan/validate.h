// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "proto/plan/plan.h"

namespace continuo::plan {

/// Empty if the plan can be played, else a sentence that says what is wrong with it. A coordinator sends no other plan,
/// and an agent plays no other: all that follows from a plan (routes.h) relies on it.
std::string Validate(const Plan& plan);

}  // namespace continuo::plan
