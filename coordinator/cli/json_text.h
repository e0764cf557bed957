// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "coordinator/core/effect.h"
#include "coordinator/core/view.h"

// `--json`: one JSON value on one line. Numbers are numbers, samples are samples; names rather than ids.

namespace continuo::coordinator::cli {

std::string StatusJson(const View& view);
std::string NodesJson(const View& view);
std::string TasksJson(const View& view);
std::string NodeShowJson(const View& view, const NodeView& node);
std::string OperationsJson(const View& view);
/// One of them, with its parts.
std::string OperationJson(const View& view, OperationId id);
/// {"operation": ..., "text": ..., "moves": [...]} of an operation that was accepted; null: nothing is left to do.
std::string AcceptedJson(const Reply& reply);
std::string EventJson(const Reply& reply);
/// {"ok": ..., "issues": [...]}, each with its file, and, of a show that plays, plan_version and start_n.
std::string ShowJson(const Reply& reply, const std::string& file = "");
std::string TakeJson(const std::string& folder, std::size_t events, std::size_t assets);
std::string ErrorJson(const std::string& text);

const char* VerdictText(Verdict verdict);

}  // namespace continuo::coordinator::cli
