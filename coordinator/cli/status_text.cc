// SPDX-License-Identifier: Apache-2.0
#include "coordinator/cli/status_text.h"

#include <algorithm>

#include "coordinator/cli/device_text.h"
#include "coordinator/cli/figures.h"
#include "coordinator/cli/node_text.h"
#include "coordinator/cli/numbers.h"
#include "coordinator/cli/operation_text.h"
#include "coordinator/cli/show_difference_text.h"
#include "coordinator/cli/table.h"
#include "coordinator/core/number_text.h"

namespace continuo::coordinator::cli {
namespace {

std::string PhaseText(const View& view, const Terminal& terminal) {
  const std::string text = ToString(view.show.phase);
  if (view.show.phase == ShowPhase::kPlaying) return terminal.Good(text);
  if (view.show.phase == ShowPhase::kFailed) return terminal.Bad(text);
  return text;
}

/// The plan is of a show that goes on or has come to its end, not of one that was stopped or failed.
bool IsOn(const View& view) {
  return view.show.phase != ShowPhase::kStopped && view.show.phase != ShowPhase::kFailed;
}

std::string PlayedText(const View& view) {
  std::string text = SecondsText(Played(view));
  if (view.plan.length != 0) text += " of " + SecondsText(view.plan.length);
  return text;
}

/// "coordinators: 10.0.0.2:7400 leads (term 3), 10.0.0.3:7400, 10.0.0.4:7400"
std::string CoordinatorsText(const View& view) {
  std::string text;
  for (const CoordinatorView& one : view.coordinators) {
    text += (text.empty() ? "coordinators: " : ", ") + one.address;
    if (one.leads) text += " leads (term " + std::to_string(view.term) + ")";
  }
  return text;
}

Lines HeadLines(const View& view, const Terminal& terminal) {
  Lines lines;
  if (view.plan.version == 0) {
    const std::string show = view.show.name.empty() ? "no show" : view.show.name;
    lines.push_back(terminal.Strong(show) + "  " + PhaseText(view, terminal));
  } else {
    const session::Segment& segment = view.session.segment;
    std::string head = terminal.Strong(view.show.name) + "  " + PhaseText(view, terminal);
    if (IsOn(view)) {
      head += "  " + PlayedText(view) + "   bar " +
              terminal.Strong(BarBeatText(view.session.position)) + "  " +
              ThousandthsText(segment.tempo_mbpm) + " bpm  " + std::to_string(segment.meter_num) +
              "/" + std::to_string(segment.meter_den) + (segment.playing ? "" : "  stopped");
    }
    lines.push_back(head);
    lines.push_back(terminal.Dim("n = " + std::to_string(view.now) + ", plan " +
                                 std::to_string(view.plan.version) + ", term " +
                                 std::to_string(view.term)));
  }
  if (!view.coordinators.empty()) lines.push_back(terminal.Dim(CoordinatorsText(view)));
  if (!view.show.problem.empty()) lines.push_back(terminal.Bad(view.show.problem));
  if (view.show.phase == ShowPhase::kPlaying && view.session.segment.muted) {
    lines.push_back(terminal.Bad("silent since a panic; end it with: continuo panic --release"));
  }
  if (view.lock) lines.push_back(terminal.Warn(LockText(view, WallClock(view.now))));
  if (!view.journal_trouble.empty()) {
    lines.push_back(terminal.Bad("no new commands: " + view.journal_trouble));
  }
  return lines;
}

Lines OutputLines(const View& view, const Terminal& terminal) {
  Table table({"output", "from", "node", ">played", ">margin", ">concealed", ""});
  for (const OutputView& output : view.outputs) {
    const plan::OutputStatus& status = output.status;
    std::string state = status.finished ? "finished" : "";
    if (!output.live) state = terminal.Bad("gone");
    if (!status.error.empty()) state = terminal.Bad(status.error);
    const std::string concealed = std::to_string(status.concealed);
    table.Add({output.name, output.from, output.node_name, SecondsText(status.frames),
               status.frames == 0 ? "-" : MillisecondsText(status.margin_min),
               status.concealed == 0 ? concealed : terminal.Bad(concealed), state});
  }
  Lines lines = table.empty() ? Lines{} : table.Lines();
  const Lines devices = DeviceLines(view, terminal);
  lines.insert(lines.end(), devices.begin(), devices.end());
  return lines;
}

Lines PacketLines(const View& view, const Terminal& terminal) {
  const PacketFigures packets = PacketsOf(view);
  const std::string lost = "lost " + std::to_string(packets.lost);
  Lines lines = {"packets: late " + std::to_string(packets.late) + ", " +
                 (packets.lost == 0 ? lost : terminal.Bad(lost)) + ", repaired " +
                 std::to_string(packets.repaired) + ", asked again " +
                 std::to_string(packets.nacks)};
  for (const RedundancyGap& gap : view.gaps) {
    const std::string since = "redundancy of " + TaskName(view, gap.task) + " down at " +
                              SecondsText(gap.from_n - view.plan.start_n);
    lines.push_back(gap.to_n == 0
                        ? terminal.Warn(since + ", not restored")
                        : since + ", restored at " + SecondsText(gap.to_n - view.plan.start_n));
  }
  return lines;
}

std::string IncidentText(plan::IncidentKind kind, const Terminal& terminal) {
  return plan::IsWanted(kind) ? terminal.Good(ToString(kind)) : terminal.Warn(ToString(kind));
}

Lines IncidentLines(const View& view, const Terminal& terminal, std::size_t most) {
  Lines lines;
  const std::size_t first = view.incidents.size() - std::min(most, view.incidents.size());
  for (std::size_t i = first; i < view.incidents.size(); ++i) {
    const IncidentView& one = view.incidents[i];
    const Frames at = view.plan.start_n == 0 ? 0 : one.n - view.plan.start_n;
    lines.push_back("  " + SecondsText(at) + "  " + one.node + "  " +
                    IncidentText(one.incident.kind, terminal) + "  " + one.incident.text);
  }
  if (!lines.empty()) lines.insert(lines.begin(), "incidents");
  return lines;
}

void Append(Lines& lines, Lines more) {
  if (more.empty()) return;
  if (!lines.empty()) lines.push_back("");
  lines.insert(lines.end(), more.begin(), more.end());
}

/// Operations under way, and how the last few ended.
Lines WorkLines(const View& view, const Terminal& terminal) {
  constexpr std::size_t kEnded = 3;
  return OperationLines(view, terminal, kEnded);
}

}  // namespace

std::string ReplicaText(const View& view, const ReplicaView& replica, const Terminal& terminal) {
  using State = plan::ReplicaState;
  if (!replica.live) return terminal.Bad("gone");
  const std::string leaving = replica.leaving ? ", leaving" : "";
  switch (replica.state) {
    case State::kInSync:
      if (replica.gap != 0) {
        return terminal.Warn("in-sync" + leaving + ", resumed after " +
                             MillisecondsText(replica.gap));
      }
      return "in-sync" + leaving;
    case State::kSubscribed:
    case State::kSnapshot:
    case State::kCatchUp:
    case State::kShadow:
      return terminal.Warn("joining, " + JoinText(view, replica.state, replica.join));
    case State::kWitness:
      return "witness" + leaving;
    case State::kRetired:
      return terminal.Dim("retired");
    case State::kEmpty:
      if (!replica.join.error.empty()) return terminal.Bad("not joined, " + replica.join.error);
      return terminal.Warn(replica.origin == plan::Origin::kJoiner ? "joining" : "empty");
    case State::kTainted:
    case State::kFenced:
      break;
  }
  return terminal.Warn(ToString(replica.state) + leaving);
}

namespace {

/// All its replicas are there, in sync, and nothing is going on with them.
bool IsWhole(const TaskView& task) {
  return task.in_sync >= task.wanted &&
         std::all_of(task.replicas.begin(), task.replicas.end(), [](const ReplicaView& replica) {
           const bool witness = replica.state == plan::ReplicaState::kWitness;
           return replica.live && !replica.leaving && replica.gap == 0 &&
                  (witness || replica.state == plan::ReplicaState::kInSync);
         });
}

Lines TaskLinesOf(const View& view, const std::vector<const TaskView*>& tasks,
                  const Terminal& terminal) {
  Table table({"task", "kind", ">in sync", "replicas"});
  for (const TaskView* const one : tasks) {
    const TaskView& task = *one;
    std::string replicas;
    for (const ReplicaView& replica : task.replicas) {
      replicas += (replicas.empty() ? "" : "  ") + replica.node_name + ":" +
                  ReplicaText(view, replica, terminal);
    }
    std::string in_sync = std::to_string(task.in_sync) + "/" + std::to_string(task.wanted);
    if (task.in_sync < task.wanted) in_sync = terminal.Warn(in_sync);
    table.Add({task.name, task.kind, IsOn(view) ? in_sync : "-", replicas});
  }
  return table.empty() ? Lines{} : table.Lines();
}

/// Those that a person has to see; of the others how many there are.
Lines TroubledTaskLines(const View& view, const Terminal& terminal) {
  std::vector<const TaskView*> troubled;
  for (const TaskView& task : view.tasks) {
    if (!IsWhole(task)) troubled.push_back(&task);
  }
  Lines lines = TaskLinesOf(view, troubled, terminal);
  const std::size_t whole = view.tasks.size() - troubled.size();
  const std::string text = std::to_string(whole) + " of " + std::to_string(view.tasks.size()) +
                           " tasks have all their replicas in sync";
  lines.push_back("  " + (troubled.empty() ? terminal.Good(text) : text));
  return lines;
}

Lines StatusWith(const Lines& tasks, const View& view, const Terminal& terminal,
                 std::size_t incidents) {
  Lines lines = HeadLines(view, terminal);
  Append(lines, NodeLines(view, terminal));
  if (view.plan.version == 0) return lines;
  Append(lines, tasks);
  Append(lines, OutputLines(view, terminal));
  Append(lines, WorkLines(view, terminal));
  Append(lines, PacketLines(view, terminal));
  Append(lines, IncidentLines(view, terminal, incidents));
  return lines;
}

}  // namespace

Lines TaskLines(const View& view, const Terminal& terminal) {
  std::vector<const TaskView*> tasks;
  for (const TaskView& task : view.tasks) tasks.push_back(&task);
  if (tasks.empty()) return {"no tasks; apply a show (continuo show apply FILE)"};
  return TaskLinesOf(view, tasks, terminal);
}

Lines StatusLines(const View& view, const Terminal& terminal, std::size_t incidents) {
  return StatusWith(TaskLines(view, terminal), view, terminal, incidents);
}

Lines StatusLinesThatFit(const View& view, const Terminal& terminal, std::size_t incidents) {
  Lines lines = StatusLines(view, terminal, incidents);
  if (static_cast<int>(lines.size()) < terminal.height() || !IsOn(view)) return lines;
  return StatusWith(TroubledTaskLines(view, terminal), view, terminal, incidents);
}

std::string StatusLine(const View& view) {
  const PacketFigures packets = PacketsOf(view);
  std::string line = std::string(ToString(view.show.phase)) + "  " + SecondsText(Played(view)) +
                     "  bar " + BarBeatText(view.session.position) + "  ";
  for (const NodeView& node : view.nodes) {
    line += node.name + ":" + ToString(node.liveness) + ":" +
            std::to_string(FiguresOf(view, node).selected_last_s) + "/s ";
  }
  line += " late " + std::to_string(packets.late) + "  lost " + std::to_string(packets.lost) +
          "  repaired " + std::to_string(packets.repaired);
  const auto open = std::count_if(view.operations.begin(), view.operations.end(),
                                  [](const OperationView& one) { return !one.done; });
  if (open != 0) line += "  operations " + std::to_string(open);
  if (!view.incidents.empty()) line += "  incidents " + std::to_string(view.incidents.size());
  return line;
}

}  // namespace continuo::coordinator::cli
