// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// The plan, with where that node may fetch its assets.
plan::PlanSent PlanFor(const Ledger& ledger, const NodeRecord& node);

/// To every node of the plan that can be reached.
void SendPlan(const Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
