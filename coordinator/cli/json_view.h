// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "coordinator/core/view.h"

// The parts of a View as JSON values, for json_text.h.

namespace continuo::coordinator::cli {

using Json = nlohmann::ordered_json;

template <typename Items, typename Write>
Json JsonList(const Items& items, Write write) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(write(item));
  return list;
}

/// One line. A text from another machine may be no UTF-8: better a replaced character than no answer.
std::string Dump(const Json& json);
/// Phase, time line, position.
Json HeadJson(const View& view);
/// Events, incidents, divergences, gaps in redundancy: an object to be merged into another.
Json HistoryJson(const View& view);
Json NodeJson(const View& view, const NodeView& node);
/// With what it hosts, and whether it may be unplugged.
Json NodeDetailJson(const View& view, const NodeView& node);
Json TaskJson(const View& view, const TaskView& task);
Json OperationJson(const View& view, const OperationView& operation);

Json NodesValue(const View& view);
Json TasksValue(const View& view);
Json OutputsValue(const View& view);
Json OperationsValue(const View& view);

}  // namespace continuo::coordinator::cli
