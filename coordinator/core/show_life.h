// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"
#include "coordinator/core/view.h"

// Life of a show: applied -> preparing (agents fetch assets and take memory) -> dated, about two seconds ahead, once
// all have prepared -> playing -> finished; or stopped; or failed. One show at a time in this version.

namespace continuo::coordinator {

inline constexpr Nanoseconds kPreparationPatience = 60'000'000'000;

ShowPhase PhaseAt(const Ledger& ledger, Nanoseconds time);
inline bool IsBusy(ShowPhase phase) {
  return phase == ShowPhase::kPreparing || phase == ShowPhase::kDated ||
         phase == ShowPhase::kPlaying;
}

/// True if the plan has a replica or an output on that node.
bool IsInPlan(const plan::Plan& plan, plan::NodeId node);

/// True if the plan has a replica on that node, of whatever kind.
bool RunsReplicas(const plan::Plan& plan, plan::NodeId node);

void ApplyShow(Ledger& ledger, const ShowApplied& applied, Nanoseconds time, Effects& effects);
/// Those who hold its plan are told to stop.
void StopAgents(const Ledger& ledger, Effects& effects);
void StopShow(Ledger& ledger, const ShowStopRequested& wanted, Nanoseconds time, Effects& effects);

/// A node has prepared the plan or cannot.
void TakePrepared(Ledger& ledger, NodeRecord& node, const plan::PlanPrepared& prepared,
                  Nanoseconds time, Effects& effects);
/// The show that is being prepared needs that node, and the node is gone ("left", "died").
void AbandonIfPreparing(Ledger& ledger, plan::NodeId node, std::string_view what, Effects& effects);
void AbandonOverdue(Ledger& ledger, std::uint32_t version, Effects& effects);

/// The node has just attached. Who plays the newest plan of the performance is left alone; who plays an older one of
/// it, or came back in time, gets the newest. An agent that was started again has lost its replicas: it hears of the
/// plan that replaces them.
void ReconcileNode(Ledger& ledger, NodeRecord& node, Nanoseconds time, Effects& effects);

/// A new term: a preparation under way is lost; what plays, plays on. Where the machine
/// was started anew nothing does: the show is lost, and will be taken up again.
void InterruptShow(Ledger& ledger, bool another_clock, Nanoseconds time, Effects& effects);

}  // namespace continuo::coordinator
