// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "coordinator/core/coordinator.h"
#include "coordinator/core/show_diff.h"

// What is to be seen of a coordinator, as lines.

namespace continuo::coordinator {

std::string ViewText(const View& view);
std::string PlanText(const plan::Plan& plan);
/// Where it begins, and with which parameters.
std::string MusicText(const plan::Plan& plan);
std::string OperationsText(const View& view);
std::string DiffText(const ShowDiff& diff);
/// Versions of shows, and the lock.
std::string HistoryText(const Ledger& ledger);

}  // namespace continuo::coordinator
