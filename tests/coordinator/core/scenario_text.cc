// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/scenario_text.h"

#include <sstream>

namespace continuo::coordinator {

std::string ViewText(const View& view) {
  std::ostringstream out;
  out << "term " << view.term << ", show " << view.show.name << " " << ToString(view.show.phase);
  if (!view.show.problem.empty()) out << " (" << view.show.problem << ")";
  out << "\nsession bar " << view.session.position.bar << "." << view.session.position.beat
      << " at " << view.session.segment.tempo_mbpm
      << (view.session.segment.playing ? " playing" : " stopped")
      << (view.session.segment.muted ? " muted" : "") << "\n";
  for (const NodeView& node : view.nodes) {
    out << "node " << node.id << " " << node.name << " " << ToString(node.liveness)
        << (node.attached ? " attached" : "") << (node.in_plan ? " in plan" : "")
        << (node.holds_plan ? " holds it" : "") << "\n";
  }
  for (const TaskView& task : view.tasks) {
    out << "task " << task.id << " " << task.name << " " << task.in_sync << "/" << task.wanted
        << " on";
    for (const ReplicaView& replica : task.replicas) {
      out << " " << replica.node_name << (replica.role == plan::Role::kWitness ? "(witness)" : "")
          << (replica.live ? "" : "(gone)");
    }
    out << "\n";
  }
  for (const OutputView& output : view.outputs) {
    out << "output " << output.name << " of " << output.from << " on " << output.node_name
        << (output.live ? "" : " (gone)") << "\n";
  }
  for (const EventView& event : view.events) {
    out << "event " << event.text << " verdict " << static_cast<int>(event.verdict) << "\n";
  }
  for (const RedundancyGap& gap : view.gaps) {
    out << "gap of task " << gap.task << " from " << gap.from_n << " to " << gap.to_n << "\n";
  }
  return out.str();
}

std::string PlanText(const plan::Plan& plan) {
  std::ostringstream out;
  out << "plan " << plan.term << "." << plan.version << " of run " << plan.run << "\n";
  for (const plan::Task& task : plan.tasks) {
    out << task.description.name.view() << " wants " << task.wanted << ":";
    for (const plan::Replica& replica : task.replicas) {
      const plan::Node* node = plan::FindNode(plan, replica.node);
      out << " " << (node == nullptr ? "?" : node->name) << "#" << replica.incarnation
          << (replica.origin == plan::Origin::kJoiner ? " joiner" : "")
          << (replica.role == plan::Role::kWitness ? " witness" : "")
          << (replica.leaving ? " leaving" : "");
    }
    out << "\n";
  }
  return out.str();
}

std::string MusicText(const plan::Plan& plan) {
  std::ostringstream out;
  const session::Segment& segment = plan.session;
  const session::BarBeat at = session::ToBarBeat(segment, segment.tick0);
  out << "n = " << plan.start_n << ", " << plan.length << " samples, bar " << at.bar << "."
      << at.beat << "." << at.sub << " at " << segment.tempo_mbpm
      << (segment.playing ? " playing" : " stopped") << (segment.muted ? " muted" : "") << "\n";
  for (const session::TempoMark& mark : plan.tempo_marks) {
    out << "from tick " << mark.tick << " at " << mark.tempo_mbpm << "\n";
  }
  for (const plan::Task& task : plan.tasks) {
    out << task.description.name.view() << " generation " << task.generation << " epoch "
        << task.epoch << ":";
    for (const dsp::ParamSetting& param : task.description.params) {
      out << " " << param.index << "=" << param.value;
    }
    out << "\n";
  }
  return out.str();
}

std::string OperationsText(const View& view) {
  std::ostringstream out;
  for (const OperationView& one : view.operations) {
    out << one.id << " " << ToString(one.kind) << " " << ToString(one.phase) << ": " << one.text;
    if (one.parent != 0) out << ", part of " << one.parent;
    if (!one.note.empty()) out << " (" << one.note << ")";
    if (one.moves != 0) out << ", " << one.moves_done << " of " << one.moves;
    if (one.done) out << " -> " << one.verdict;
    out << "\n";
  }
  return out.str();
}

std::string DiffText(const ShowDiff& diff) {
  static const char* const kHeard[] = {"nothing", "event", "fade", "crossfade", "restart", "stop"};
  std::string text = diff.plays ? "plays \"" + diff.playing + "\"\n" : "nothing plays\n";
  for (const Difference& one : diff.differences) {
    text += std::string(kHeard[static_cast<int>(one.heard)]) + ": " + one.what + " [" + one.of +
            "] " + one.field + ": " + one.before + " -> " + one.after + "; " + one.text + "\n";
  }
  return text + (diff.reply.ok() ? "accepted: " : "refused: ") + diff.reply.text + "\n";
}

std::string HistoryText(const Ledger& ledger) {
  std::string text;
  for (const auto& version : ledger.versions.all()) {
    text += std::to_string(version->number) + " at n = " + std::to_string(version->n) + " by " +
            version->by + ": " + version->text + "\n";
  }
  if (ledger.lock.on) text += "locked by " + ledger.lock.by + "\n";
  return text;
}

}  // namespace continuo::coordinator
