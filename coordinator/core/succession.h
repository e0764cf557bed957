// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// Plans of one performance succeed each other: same run, next version. Such a plan changes no sample; it says who
// computes and who sends to whom. All versions are kept, since a take wants them.

namespace continuo::coordinator {

/// There is a new plan, undated. All of its replicas are founders.
void Found(Ledger& ledger);

/// The plan has got its date: it is the first of its run.
void BeginRun(Ledger& ledger);

/// The plan was changed in place since its newest version: gives it the next one and sends it to all whom it concerns.
/// Nodes that are in it no more are told to stop.
void Publish(Ledger& ledger, Effects& effects);
/// The same of a plan that plan::Validate has found right, with its nodes as they are now; it is not asked twice.
void PublishValid(Ledger& ledger, Effects& effects);

/// The version that this agent said it holds is one of the performance that is on.
bool HoldsRun(const Ledger& ledger, const plan::Hello& hello);

/// Nodes that host a replica or an output of it, by id, with the addresses that they have now.
std::vector<plan::Node> HostsOf(const Ledger& ledger, const plan::Plan& plan);

}  // namespace continuo::coordinator
