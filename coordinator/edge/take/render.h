// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/edge/take/material.h"
#include "dsp/offline/oracle.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// What the oracle needs to render a performance from the plans that followed each other in it. `output`: the wires of
/// the port that is wanted. `material` must outlive the render.
absl::StatusOr<dsp::OracleInput> OracleInputOf(std::span<const plan::Plan> plans,
                                               const std::vector<dsp::TaskEvent>& events,
                                               std::vector<dsp::Wire> output, Material& material);

}  // namespace continuo::coordinator
