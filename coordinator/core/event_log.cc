// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/event_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "coordinator/core/command_text.h"
#include "proto/plan/media_time.h"

namespace continuo::coordinator {
namespace {

/// Nodes and operations that are remembered as causes; more than a fleet has, and than are under way.
constexpr std::size_t kMostCauses = 1024;

bool IsOfEvent(const Input& input) {
  if (std::holds_alternative<EventRequested>(input.what)) return true;
  const auto* const spoke = std::get_if<AgentSpoke>(&input.what);
  return spoke != nullptr && std::holds_alternative<plan::VerdictReached>(spoke->message);
}

/// Of "operation 7: ..." and "operation 7 begins: ..."; else 0.
OperationId OperationOf(std::string_view text) {
  constexpr std::string_view kWord = "operation ";
  if (!text.starts_with(kWord)) return 0;
  OperationId id = 0;
  for (const char c : text.substr(kWord.size(), 18)) {
    if (c < '0' || c > '9') break;
    id = id * 10 + static_cast<OperationId>(c - '0');
  }
  return id;
}

/// The node that a line about coming and going is about: the first name in quotes behind these words. Else empty.
std::string NodeOf(std::string_view text) {
  const bool comes_or_goes = text.starts_with("node ") || text.starts_with("the stream of ");
  const std::size_t open = text.find('"');
  if (!comes_or_goes || open == text.npos) return "";
  return std::string(text.substr(open + 1, text.find('"', open + 1) - open - 1));
}

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

template <typename Map>
void Bound(Map& map) {
  while (map.size() > kMostCauses) map.erase(map.begin());
}

void Keep(std::deque<LogEntry>& entries, std::size_t most) {
  while (entries.size() > most) entries.pop_front();
}

}  // namespace

struct EventLog::Step {
  MediaTime n;
  LogEntry::Kind kind;
  bool of_event;
  std::uint64_t head = 0;  ///< the first entry of this step, which the others follow from
  bool said = false;       ///< some line has told what came of it
};

void EventLog::Take(const Ledger& ledger, const Input& input, const Effects& effects) {
  const std::string command = CommandText(input);
  const bool spoke = std::holds_alternative<AgentSpoke>(input.what) ||
                     std::holds_alternative<AgentLeft>(input.what);
  Step step{plan::MediaTimeAt(ledger.media, input.time),
            spoke ? LogEntry::Kind::kReport : LogEntry::Kind::kDecision, IsOfEvent(input)};
  if (!command.empty()) {
    step.head =
        Add({0, step.n, LogEntry::Kind::kCommand, Severity::kInfo, command, 0}, step.of_event);
    memory_.asked[ledger.last_command] = step.head;
    Bound(memory_.asked);
  }
  for (const Effect& effect : effects) {
    if (const auto* line = std::get_if<LogLine>(&effect)) TakeLine(step, *line);
  }
  for (const Effect& effect : effects) {
    if (const auto* settle = std::get_if<Settle>(&effect)) TakeReply(step, *settle);
  }
}

void EventLog::TakeLine(Step& step, const LogLine& line) {
  const std::uint64_t cause = CauseOf(step, line.text);
  const auto kind = step.head == 0 ? step.kind : LogEntry::Kind::kDecision;
  const std::uint64_t number = Add({0, step.n, kind, line.severity, line.text, cause}, false);
  if (step.head == 0) step.head = number;
  step.said = true;
  if (const OperationId operation = OperationOf(line.text); operation != 0) {
    memory_.operations.try_emplace(operation, number);
    Bound(memory_.operations);
  }
  if (const std::string node = NodeOf(line.text); !node.empty()) {
    memory_.nodes[node] = number;
    Bound(memory_.nodes);
  }
}

std::uint64_t EventLog::CauseOf(const Step& step, const std::string& text) {
  const auto began = memory_.operations.find(OperationOf(text));
  if (began != memory_.operations.end()) return began->second;
  if (step.head != 0) return step.head;
  const auto before = memory_.nodes.find(NodeOf(text));
  // That a node comes back follows from nothing that is known of it here.
  const bool follows = step.kind == LogEntry::Kind::kDecision && before != memory_.nodes.end();
  return follows ? before->second : 0;
}

void EventLog::TakeReply(Step& step, const Settle& settle) {
  const auto asked = memory_.asked.find(settle.command);
  const std::uint64_t cause = asked == memory_.asked.end() ? 0 : asked->second;
  if (asked != memory_.asked.end()) memory_.asked.erase(asked);
  const Reply& reply = settle.reply;
  if (reply.ok() && reply.verdict == Verdict::kNone && step.said) return;
  std::string text = FirstLine(reply.text);
  if (reply.verdict == Verdict::kCommitted) text = "COMMITTED: " + text;
  if (reply.verdict == Verdict::kExpired) text = "EXPIRED: " + text;
  if (!reply.ok() && reply.verdict == Verdict::kNone) text = "refused: " + text;
  for (const Issue& issue : reply.issues) {
    if (issue.warning || reply.ok()) continue;
    text += "; " + issue.field + ": " + issue.text;
    break;  // the operator has them all
  }
  Add({0, step.n, LogEntry::Kind::kAnswer, reply.ok() ? Severity::kInfo : Severity::kWarning,
       std::move(text), cause},
      step.of_event);
}

std::uint64_t EventLog::Add(LogEntry entry, bool of_event) {
  entry.number = ++memory_.last;
  std::deque<LogEntry>& entries = of_event ? memory_.events : memory_.entries;
  entries.push_back(std::move(entry));
  Keep(memory_.entries, kMost);
  Keep(memory_.events, kMostOfEvents);
  return memory_.last;
}

std::vector<LogEntry> EventLog::Since(std::uint64_t after, std::size_t most) const {
  const auto by_number = [](const LogEntry& a, const LogEntry& b) { return a.number < b.number; };
  const auto from = [&](const std::deque<LogEntry>& entries) {
    return std::upper_bound(
        entries.begin(), entries.end(), after,
        [](std::uint64_t number, const LogEntry& entry) { return number < entry.number; });
  };
  std::vector<LogEntry> since;
  std::merge(from(memory_.entries), memory_.entries.end(), from(memory_.events),
             memory_.events.end(), std::back_inserter(since), by_number);
  if (since.size() > most) since.erase(since.begin(), since.end() - static_cast<long>(most));
  return since;
}

}  // namespace continuo::coordinator
