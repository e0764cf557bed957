// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/json_text.h"

#include "coordinator/cli/json_view.h"
#include "coordinator/cli/operation_text.h"

namespace continuo::coordinator::cli {

const char* VerdictText(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNone:
      return "open";
    case Verdict::kCommitted:
      return "committed";
    case Verdict::kExpired:
      return "expired";
  }
  return "unknown";
}

std::string StatusJson(const View& view) {
  Json status = HeadJson(view);
  status["nodes"] = NodesValue(view);
  status["tasks"] = TasksValue(view);
  status["outputs"] = OutputsValue(view);
  status["operations"] = OperationsValue(view);
  status.update(HistoryJson(view));
  return Dump(status);
}

std::string NodesJson(const View& view) {
  return Dump(NodesValue(view));
}

std::string TasksJson(const View& view) {
  return Dump(TasksValue(view));
}

std::string NodeShowJson(const View& view, const NodeView& node) {
  return Dump(NodeDetailJson(view, node));
}

std::string OperationsJson(const View& view) {
  return Dump(OperationsValue(view));
}

std::string OperationJson(const View& view, OperationId id) {
  const OperationView* operation = FindOperation(view, id);
  if (operation == nullptr) return "null";
  Json json = OperationJson(view, *operation);
  json["parts"] = JsonList(PartsOf(view, id),
                           [&](const OperationView* part) { return OperationJson(view, *part); });
  return Dump(json);
}

std::string AcceptedJson(const Reply& reply) {
  Json json = {{"operation", reply.operation == 0 ? Json(nullptr) : Json(reply.operation)},
               {"text", reply.text}};
  json["moves"] = JsonList(reply.moves, [](const PlannedMove& move) -> Json {
    return {{"task", move.task}, {"from", move.from}, {"to", move.to}, {"reason", move.reason}};
  });
  return Dump(json);
}

std::string EventJson(const Reply& reply) {
  return Dump({{"verdict", VerdictText(reply.verdict)},
               {"at", reply.at},
               {"event", reply.event},
               {"text", reply.text}});
}

std::string ShowJson(const Reply& reply, const std::string& file) {
  Json json = {{"ok", reply.ok()}, {"text", reply.text}};
  json["issues"] = JsonList(reply.issues, [&file](const Issue& issue) -> Json {
    return {{"file", file.empty() ? Json(nullptr) : Json(file)},
            {"line", issue.line == 0 ? Json(nullptr) : Json(issue.line)},
            {"field", issue.field},
            {"text", issue.text},
            {"warning", issue.warning}};
  });
  if (reply.plan_version != 0) {
    json["plan_version"] = reply.plan_version;
    json["start_n"] = reply.start_n;
  }
  return Dump(json);
}

std::string TakeJson(const std::string& folder, std::size_t events, std::size_t assets) {
  return Dump({{"take", folder}, {"events", events}, {"assets", assets}});
}

std::string ErrorJson(const std::string& text) {
  return Dump({{"error", text}});
}

}  // namespace continuo::coordinator::cli
