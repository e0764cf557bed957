// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

namespace continuo::coordinator {

/// The plan, with where that node may fetch its assets.
plan::PlanSent PlanFor(const Ledger& ledger, const NodeRecord& node);

/// Another show, another lineage: so no packet of an older one is ever taken for one of this. A generation whose
/// streams would share an SSRC is skipped. Empty, or why the plan is wrong.
std::string NameLineages(plan::Plan& plan);

/// To every node of the plan that can be reached.
void SendPlan(const Ledger& ledger, Effects& effects);

}  // namespace continuo::coordinator
