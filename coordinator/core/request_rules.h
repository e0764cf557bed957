// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/ledger.h"

// What the requests (requests.h) have in common.

namespace continuo::coordinator {

Reply Refusal(Code code, std::string text);

/// Why nothing can be moved now, if so: no show, or it has not begun.
std::optional<Reply> WhyNotNow(const Ledger& ledger, Nanoseconds time);

/// What is asked would get in the way of that operation.
Reply UnderWay(const OperationRecord& operation);

/// The task of that name; nullptr with a reply that says what was probably meant.
const plan::Task* NamedTask(const Ledger& ledger, std::string_view name, Reply& reply);
const NodeRecord* NamedNode(const Ledger& ledger, std::string_view name, Reply& reply);

/// "; possible now: "pi-3" and "pi-4"", or that there is none and what helps. `on`: those that the show names, if it
/// does.
std::string Possible(const std::vector<std::string>& nodes, std::span<const std::string> on);

/// Why that node can take no replica of any task now; empty: it could.
std::string WhyUnusable(const NodeRecord& node);

/// `move "voice" from pi-1 to pi-3`; no node: to the best one.
OperationRecord MigrationOf(const Ledger& ledger, const plan::Task& task,
                            const plan::Replica& outgoing, plan::NodeId to);

}  // namespace continuo::coordinator
