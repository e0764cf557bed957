// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/log_text.h"

#include <sstream>

#include "coordinator/cli/json_view.h"

namespace continuo::coordinator::cli {
namespace {

std::string Painted(const LogEntry& entry, const std::string& text, const Terminal& terminal) {
  if (entry.severity == Severity::kError) return terminal.Bad(text);
  if (entry.severity == Severity::kWarning) return terminal.Warn(text);
  return entry.kind == LogEntry::Kind::kCommand ? terminal.Strong(text) : text;
}

const char* KindText(LogEntry::Kind kind) {
  switch (kind) {
    case LogEntry::Kind::kCommand:
      return "command";
    case LogEntry::Kind::kAnswer:
      return "answer";
    case LogEntry::Kind::kReport:
      return "report";
    case LogEntry::Kind::kDecision:
      return "decision";
  }
  return "?";
}

const char* SeverityText(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "?";
}

}  // namespace

std::vector<std::string> LogLines(const LogEntry& entry, const WallClock& clock,
                                  const Terminal& terminal) {
  const std::string place = clock.LocalText(entry.n) + "  " +
                            terminal.Dim("n " + std::to_string(entry.n)) + "  #" +
                            std::to_string(entry.number);
  std::vector<std::string> lines;
  std::istringstream in(entry.text);
  for (std::string line; std::getline(in, line);) {
    const std::string painted = Painted(entry, line, terminal);
    lines.push_back(lines.empty() ? place + "  " + painted : "    " + painted);
  }
  if (lines.empty()) lines.push_back(place);
  if (entry.cause != 0) {
    lines.front() += "  " + terminal.Dim("(of #" + std::to_string(entry.cause) + ")");
  }
  return lines;
}

std::string LogJson(const LogEntry& entry, const WallClock& clock) {
  const Json json = {{"number", entry.number},
                     {"time", clock.UtcText(entry.n)},
                     {"n", entry.n},
                     {"kind", KindText(entry.kind)},
                     {"severity", SeverityText(entry.severity)},
                     {"text", entry.text},
                     {"cause", entry.cause == 0 ? Json(nullptr) : Json(entry.cause)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace continuo::coordinator::cli
