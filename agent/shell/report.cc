// SPDX-License-Identifier: Apache-2.0
#include "agent/shell/report.h"

#include <algorithm>
#include <string>

#include "proto/plan/media_time.h"

namespace continuo::agent {
namespace {

/// The worst channel group counts.
void AddDelay(const handoff::LegDelay& delay, plan::LegStatus& leg) {
  if (delay.count == 0) return;
  const Frames mean = delay.sum / delay.count;
  const bool first = !leg.measured;
  leg.measured = true;
  leg.delay_mean = first ? mean : std::max(leg.delay_mean, mean);
  leg.delay_worst = first ? delay.worst : std::max(leg.delay_worst, delay.worst);
  if (delay.worst_now == handoff::LegDelay::kNone) return;
  leg.delay_now = leg.fresh ? std::max(leg.delay_now, delay.worst_now) : delay.worst_now;
  leg.fresh = true;
}

void AddLeg(const handoff::LegCount& count, std::vector<plan::LegStatus>& legs) {
  const auto network = static_cast<plan::Network>(count.leg.network);
  const auto same = [&](const plan::LegStatus& leg) {
    return leg.incarnation == count.leg.incarnation && leg.network == network;
  };
  auto leg = std::find_if(legs.begin(), legs.end(), same);
  if (leg == legs.end()) {
    leg = legs.emplace(legs.end());
    leg->incarnation = count.leg.incarnation;
    leg->network = network;
    leg->node = count.node;
  }
  leg->received += count.leg.counters.received;
  leg->selected += count.leg.counters.selected;
  leg->late += count.leg.counters.late;
  leg->repaired += count.leg.counters.repaired;
  leg->selected_last_s += count.selected_last_s;
  AddDelay(count.delay, *leg);
}

/// The channel groups of a task are one stream to a person.
void AddStream(const handoff::StreamCounters& counters, std::vector<plan::StreamStatus>& streams) {
  if (streams.empty() || streams.back().task != counters.task) {
    streams.emplace_back().task = counters.task;
  }
  plan::StreamStatus& stream = streams.back();
  stream.needed_after = counters.needed_after;
  for (const handoff::LegCount& leg : counters.legs) AddLeg(leg, stream.legs);
  stream.concealed += counters.concealed;
  stream.tainted += counters.tainted;
  stream.nacks += counters.nacks;
  stream.divergences += counters.divergences;
}

plan::ReplicaStatus MakeReplica(const handoff::ReplicaCounters& counters) {
  plan::ReplicaStatus replica;
  replica.task = counters.task;
  replica.incarnation = counters.incarnation;
  replica.state = counters.state;
  replica.next = counters.next;
  replica.live_members = counters.live_members;
  replica.state_bytes = counters.state_bytes;
  replica.join.snapshot_next = counters.join.snapshot_next;
  replica.join.behind = counters.join.behind;
  replica.join.catch_up_percent = counters.join.catch_up_percent;
  replica.join.hash_equal = counters.join.hash_equal;
  replica.join.in_sync_at = counters.join.in_sync_at;
  replica.join.error = counters.join.error;
  replica.retired_at = counters.retired_at;
  replica.gap = counters.gap;
  replica.process_ns_max = counters.process_ns_max;
  replica.process_ns_mean = counters.process_ns_mean;
  replica.readings.assign(counters.readings.begin(), counters.readings.end());
  return replica;
}

plan::OutputStatus MakeOutput(const handoff::OutputCounters& counters,
                              const std::vector<Recorder::Progress>& recordings) {
  plan::OutputStatus output{.id = counters.id,
                            .first_n = counters.first_n,
                            .frames = counters.frames,
                            .concealed = counters.concealed,
                            .tainted = counters.tainted,
                            .margin_min = counters.margin_min,
                            .finished = counters.finished,
                            .error = {},
                            .device = {}};
  for (const Recorder::Progress& recording : recordings) {
    if (recording.id != counters.id) continue;
    output.error = recording.error;
    output.finished = counters.finished && (recording.complete || !recording.error.empty());
    if (recording.lost > 0 && output.error.empty()) {
      output.error =
          std::to_string(recording.lost) + " samples were not recorded: the disk was late";
    }
  }
  return output;
}

std::string NodeName(const plan::Plan& plan, plan::NodeId id) {
  const plan::Node* const node = plan::FindNode(plan, id);
  return node == nullptr ? "node " + std::to_string(id) : node->name;
}

std::string Describe(const handoff::IncidentNote& note, const plan::Plan& plan) {
  const plan::Task* const task = plan::FindTask(plan, note.task);
  const std::string name =
      task == nullptr ? std::to_string(note.task) : std::string(task->description.name.view());
  switch (note.kind) {
    case plan::IncidentKind::kDivergence:
      return "copies of " + name + " differ: kept that of " + NodeName(plan, note.kept) +
             ", not that of " + NodeName(plan, note.differing);
    case plan::IncidentKind::kConcealed:
      return "nothing came of " + name + " in time: silence";
    case plan::IncidentKind::kTainted:
      return name + " goes on with copies that nobody can vouch for";
    case plan::IncidentKind::kFenced:
      return "the replica of " + name + " is silent: it was stopped";
    case plan::IncidentKind::kReturned:
      return "the replica of " + name + " is back";
    case plan::IncidentKind::kExcluded:
      return "a fellow of " + name + " is gone";
    case plan::IncidentKind::kJoined:
      return "a replica of " + name + " has joined";
    case plan::IncidentKind::kRetired:
      return "a replica of " + name + " has left";
    case plan::IncidentKind::kJoinFailed:
      return "a replica of " + name + " could not join: " + note.why;
    case plan::IncidentKind::kHashDiffers:
      return "the state of a replica of " + name + " that joins is not that of its fellows";
    case plan::IncidentKind::kResumed:
      return name + " goes on from its checkpoint";
    case plan::IncidentKind::kStateRefused:
    case plan::IncidentKind::kOutputError:
    case plan::IncidentKind::kStall:
    case plan::IncidentKind::kOverrun:
    case plan::IncidentKind::kDeviceStarted:
    case plan::IncidentKind::kDeviceLost:
    case plan::IncidentKind::kDeviceUneven:
    case plan::IncidentKind::kGuarded:
    case plan::IncidentKind::kNotKept:
    case plan::IncidentKind::kHoldover:
    case plan::IncidentKind::kStrangeClock:
    case plan::IncidentKind::kPtpSilent:
    case plan::IncidentKind::kClockWell:
    case plan::IncidentKind::kMarginLow:
    case plan::IncidentKind::kMarginWell:
      break;
  }
  return name;
}

}  // namespace

plan::Status MakeStatus(const handoff::Counters& counters,
                        const std::vector<Recorder::Progress>& recordings) {
  plan::Status status;
  status.now = counters.now;
  for (const handoff::ReplicaCounters& r : counters.replicas)
    status.replicas.push_back(MakeReplica(r));
  for (const handoff::StreamCounters& s : counters.streams) AddStream(s, status.streams);
  for (const handoff::OutputCounters& o : counters.outputs) {
    status.outputs.push_back(MakeOutput(o, recordings));
  }
  status.packets_sent = counters.totals.packets_sent;
  status.packets_received = counters.totals.packets_received;
  status.packets_refused = counters.totals.packets_refused;
  status.nacks_sent = counters.totals.nacks_sent;
  status.nacks_answered = counters.totals.nacks_answered;
  return status;
}

void AddDevices(const std::vector<DeviceProgress>& devices, const plan::MediaTimeMap& media,
                plan::Status& status) {
  for (const DeviceProgress& device : devices) {
    for (plan::ReplicaStatus& replica : status.replicas) {
      if (device.input && replica.task == device.id) replica.device = device.status;
    }
    if (device.input) continue;
    for (plan::OutputStatus& output : status.outputs) {
      if (output.id != device.id) continue;
      output.device = device.status;
      output.device.latency = 0;
      if (!device.status.running || device.next_n < 0) continue;
      output.device.latency =
          plan::MediaTimeAt(media, device.next_at) - device.next_n + device.status.latency;
    }
  }
}

void AddJoined(const handoff::IncidentNote& joined, plan::Status& status) {
  for (plan::ReplicaStatus& replica : status.replicas) {
    if (replica.task != joined.task || replica.incarnation != joined.incarnation) continue;
    replica.state = plan::ReplicaState::kInSync;
    replica.join.behind = 0;
    replica.join.hash_equal = true;  // else nobody had admitted it
    replica.join.in_sync_at = joined.n;
  }
}

plan::Incident MakeIncident(const handoff::IncidentNote& note, const plan::Plan& plan) {
  return {note.kind,       note.task, note.n, note.kept, note.differing, Describe(note, plan),
          note.incarnation};
}

}  // namespace continuo::agent
