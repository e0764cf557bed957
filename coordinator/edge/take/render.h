// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/edge/take/material.h"
#include "dsp/offline/oracle.h"
#include "proto/plan/plan.h"

namespace continuo::coordinator {

/// What the oracle needs to render one task's output port of a plan. `material` must outlive the render.
absl::StatusOr<dsp::OracleInput> OracleInputOf(const plan::Plan& plan,
                                               const std::vector<dsp::TaskEvent>& events,
                                               plan::TaskId output, Material& material);

}  // namespace continuo::coordinator
