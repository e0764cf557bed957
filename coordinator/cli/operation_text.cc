// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/operation_text.h"

#include <algorithm>

#include "coordinator/cli/figures.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/table.h"

namespace continuo::coordinator::cli {
namespace {

std::string AtText(const View& view, MediaTime n) {
  return SecondsText(n - view.plan.start_n);
}

std::string SnapshotText(const View& view, const plan::JoinProgress& join) {
  std::string text = "snapshot";
  if (join.snapshot_total != 0) {
    text += " " + SizeText(join.snapshot_bytes) + " of " + SizeText(join.snapshot_total);
  }
  return join.donor == 0 ? text : text + " from " + NodeName(view, join.donor);
}

/// What has been done for a newcomer, when it is over.
std::string HistoryText(const View& view, const plan::JoinProgress& join) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (join.snapshot_total != 0) {
    add("snapshot " + SizeText(join.snapshot_total) +
        (join.donor == 0 ? "" : " from " + NodeName(view, join.donor)));
  }
  if (join.catch_up_percent != 0) {
    add("caught up at " + FactorText(join.catch_up_percent) + " x real time");
  }
  if (join.hash_equal) add("state equal");
  if (join.in_sync_at != 0) add("in sync at " + AtText(view, join.in_sync_at));
  return text;
}

std::string RetiringText(const View& view, const OperationView& operation) {
  std::string text;
  if (operation.join.in_sync_at != 0) {
    text = "in sync at " + AtText(view, operation.join.in_sync_at) + "; ";
  }
  return text + (operation.from.empty() ? "the old one" : operation.from) + " leaves";
}

std::string MovingText(const View& view, const OperationView& operation) {
  std::string text =
      std::to_string(operation.moves_done) + " of " + std::to_string(operation.moves) + " moved";
  for (const OperationView* part : PartsOf(view, operation.id)) {
    if (!part->done) return text + "; " + StandingOf(view, *part).text;
  }
  return text;
}

std::string PhaseText(const View& view, const OperationView& operation) {
  switch (operation.phase) {
    case OperationPhase::kWaiting:
      return "waiting";
    case OperationPhase::kJoining:
      return JoinText(view, operation.incoming_state, operation.join);
    case OperationPhase::kHolding:
      return RetiringText(view, operation) +
             (operation.at_n == 0 ? "" : " at " + AtText(view, operation.at_n));
    case OperationPhase::kRetiring:
      return RetiringText(view, operation);
    case OperationPhase::kMoving:
      return MovingText(view, operation);
    case OperationPhase::kDone:
    case OperationPhase::kFailed:
    case OperationPhase::kCancelled:
      return operation.verdict;
  }
  return "";
}

/// Changes when something has happened.
std::string PhaseKey(const View& view, const OperationView& operation) {
  std::string key = std::string(ToString(operation.phase)) + "/" +
                    std::to_string(operation.attempts) + "/" + operation.note + "/";
  if (operation.phase == OperationPhase::kMoving) {
    key += std::to_string(operation.moves_done);
    for (const OperationView* part : PartsOf(view, operation.id)) {
      if (!part->done) return key + "/" + std::to_string(part->id) + "/" + PhaseKey(view, *part);
    }
    return key;
  }
  return key + ToString(operation.incoming_state) + (operation.join.hash_equal ? "=" : "") +
         std::to_string(operation.join.in_sync_at);
}

std::string StateText(const OperationView& operation, const Terminal& terminal) {
  const char* text = ToString(operation.phase);
  switch (operation.phase) {
    case OperationPhase::kDone:
      return terminal.Good(text);
    case OperationPhase::kFailed:
      return terminal.Bad(text);
    case OperationPhase::kCancelled:
    case OperationPhase::kWaiting:
      return terminal.Warn(text);
    default:
      return text;
  }
}

/// A node that has been drained: the verdict counts, the last status of its replicas may be a moment older.
std::string DrainedText(const View& view, const std::string& name, const Terminal& terminal) {
  std::string feeds;
  for (const OutputView& output : view.outputs) {
    if (output.node_name == name) feeds += (feeds.empty() ? "" : ", ") + output.name;
  }
  return feeds.empty() ? terminal.Good(name + " may be unplugged")
                       : "unplugging " + name + " silences " + feeds;
}

void AddRow(Table& table, const View& view, const OperationView& operation,
            const Terminal& terminal) {
  const std::string indent = operation.parent == 0 ? "" : "  ";
  const MediaTime end = operation.done ? operation.ended_n : view.now;
  std::string standing = operation.phase == OperationPhase::kMoving
                             ? std::to_string(operation.moves_done) + " of " +
                                   std::to_string(operation.moves) + " moved"
                             : PhaseText(view, operation);
  if (!operation.done && !operation.note.empty()) standing += " (" + operation.note + ")";
  table.Add({std::to_string(operation.id), StateText(operation, terminal),
             SecondsText(end - operation.started_n), indent + operation.text, standing});
}

}  // namespace

const OperationView* FindOperation(const View& view, OperationId id) {
  for (const OperationView& operation : view.operations) {
    if (operation.id == id) return &operation;
  }
  return nullptr;
}

std::vector<const OperationView*> PartsOf(const View& view, OperationId parent) {
  std::vector<const OperationView*> parts;
  for (const OperationView& operation : view.operations) {
    if (operation.parent == parent) parts.push_back(&operation);
  }
  return parts;
}

std::string JoinText(const View& view, plan::ReplicaState state, const plan::JoinProgress& join) {
  switch (state) {
    case plan::ReplicaState::kEmpty:
      return "the newcomer prepares";
    case plan::ReplicaState::kSubscribed:
      return "the newcomer listens";
    case plan::ReplicaState::kSnapshot:
      return SnapshotText(view, join);
    case plan::ReplicaState::kCatchUp:
      return "catching up" +
             (join.catch_up_percent == 0
                  ? ""
                  : " at " + FactorText(join.catch_up_percent) + " x real time") +
             ", " + std::to_string(join.behind) + " packets behind";
    case plan::ReplicaState::kShadow:
      if (join.in_sync_at != 0) return "state equal, in sync at " + AtText(view, join.in_sync_at);
      return join.hash_equal ? "state equal" : "caught up, states are compared";
    case plan::ReplicaState::kInSync:
      return join.in_sync_at == 0 ? "in sync" : "in sync at " + AtText(view, join.in_sync_at);
    default:
      return ToString(state);
  }
}

Standing StandingOf(const View& view, const OperationView& operation) {
  std::string text = operation.text + ": " + PhaseText(view, operation);
  if (!operation.done && operation.attempts > 1) {
    text += ", attempt " + std::to_string(operation.attempts);
  }
  if (!operation.done && !operation.note.empty()) text += " (" + operation.note + ")";
  return {PhaseKey(view, operation), text};
}

std::string ClassText(std::string_view kernel_class) {
  if (kernel_class.empty()) return "";
  const std::string name(kernel_class);
  if (name == "exact") return "exact: every sample stays what it would have been";
  if (name == "settled") {
    return "settled: every sample stays what it would have been; the newcomer is not heard before "
           "it is equal";
  }
  return name;
}

Lines VerdictLines(const View& view, const OperationView& operation, const Terminal& terminal) {
  const std::string head = operation.ok ? terminal.Good("DONE")
                           : operation.phase == OperationPhase::kCancelled
                               ? terminal.Warn("CANCELLED")
                               : terminal.Bad("FAILED");
  Lines lines = {head + "  " + operation.verdict};
  std::string history = HistoryText(view, operation.join);
  if (!history.empty()) history += "; ";
  lines.push_back(terminal.Dim("      " + history + "took " +
                               SecondsText(operation.ended_n - operation.started_n)));
  for (const OperationView* part : PartsOf(view, operation.id)) {
    if (part->ok) continue;
    lines.push_back("      " + part->text + ": " + StateText(*part, terminal) + ", " +
                    PhaseText(view, *part));
  }
  if (operation.kind == OperationKind::kDrain && operation.ok) {
    lines.push_back("      " + DrainedText(view, operation.from, terminal));
  }
  return lines;
}

Lines OperationLines(const View& view, const Terminal& terminal, std::size_t ended) {
  std::vector<const OperationView*> tops = PartsOf(view, 0);
  const auto is_old = [](const OperationView* operation) { return operation->done; };
  auto old = static_cast<std::size_t>(std::count_if(tops.begin(), tops.end(), is_old));
  std::erase_if(tops,
                [&](const OperationView* operation) { return operation->done && old-- > ended; });
  Table table({">id", "state", ">for", "operation", "where it stands"});
  for (const OperationView* top : tops) {
    AddRow(table, view, *top, terminal);
    for (const OperationView* part : PartsOf(view, top->id)) {
      if (!part->ok) AddRow(table, view, *part, terminal);
    }
  }
  return table.empty() ? Lines{} : table.Lines();
}

Lines MoveLines(const std::vector<PlannedMove>& moves) {
  Table table({"task", "from", "to", "why"});
  for (const PlannedMove& move : moves) {
    table.Add({move.task, move.from.empty() ? "-" : move.from, move.to, move.reason});
  }
  return table.empty() ? Lines{} : table.Lines();
}

}  // namespace continuo::coordinator::cli
