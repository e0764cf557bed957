// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <type_traits>

#include "coordinator/core/input.h"

// The fields of everything that is in the journal, in the order of its bytes. `V` is the value, const when it is
// written. A new field changes the format: raise kFormat (input_codec.h).

namespace continuo::plan {

/// V is T or const T.
template <typename V, typename T>
concept FieldsOf = std::same_as<std::remove_const_t<V>, T>;

template <typename A, FieldsOf<Endpoint> V>
void Fields(A& archive, V& v) {
  archive(v.address, v.port);
}
template <typename A, FieldsOf<Timing> V>
void Fields(A& archive, V& v) {
  archive(v.playout, v.promise, v.silence, v.lead, v.repair_after);
}
template <typename A, FieldsOf<KernelCost> V>
void Fields(A& archive, V& v) {
  archive(v.kind, v.ns_per_frame, v.measured);
}
template <typename A, FieldsOf<Hello> V>
void Fields(A& archive, V& v) {
  archive(v.link_version, v.name, v.build_id, v.clock_id, v.clock_now, v.networks, v.asset_address,
          v.can_output, v.can_compute, v.domain, v.cores, v.heard_term, v.held_term, v.held_version,
          v.costs, v.memory_bytes);
}
template <typename A, FieldsOf<PlanPrepared> V>
void Fields(A& archive, V& v) {
  archive(v.term, v.version, v.error);
}
template <typename A, FieldsOf<VerdictReached> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.id, v.verdict);
}

}  // namespace continuo::plan

namespace continuo::clock {

template <typename A, plan::FieldsOf<MapEntry> V>
void Fields(A& archive, V& v) {
  archive(v.version, v.grandmaster, v.ptp, v.n, v.rate_hz, v.from);
}

}  // namespace continuo::clock

namespace continuo::session {

template <typename A, typename V>
requires std::same_as<std::remove_const_t<V>, BarBeat>
void Fields(A& archive, V& v) {
  archive(v.bar, v.beat, v.sub);
}

}  // namespace continuo::session

namespace continuo::coordinator {

using plan::FieldsOf;

template <typename A, FieldsOf<CommandKey> V>
void Fields(A& archive, V& v) {
  archive(v.high, v.low);
}
template <typename A, FieldsOf<ShowAsset> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.kind, v.path);
}
template <typename A, FieldsOf<ShowWire> V>
void Fields(A& archive, V& v) {
  archive(v.from, v.port);
}
template <typename A, FieldsOf<ShowParam> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.value);
}
template <typename A, FieldsOf<ShowSample> V>
void Fields(A& archive, V& v) {
  archive(v.key, v.asset);
}
template <typename A, FieldsOf<ShowNotes> V>
void Fields(A& archive, V& v) {
  archive(v.file, v.channels, v.transpose, v.key_min, v.key_max, v.loop);
}
template <typename A, FieldsOf<ShowPoint> V>
void Fields(A& archive, V& v) {
  archive(v.at, v.value, v.curve);
}
template <typename A, FieldsOf<ShowCurve> V>
void Fields(A& archive, V& v) {
  archive(v.param, v.points);
}
template <typename A, FieldsOf<ShowTask> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.kind, v.channels, v.redundancy, v.tier, v.inputs, v.params, v.automation,
          v.samples, v.notes, v.on, v.lead);
}
template <typename A, FieldsOf<ShowFeed> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.on);
}
template <typename A, FieldsOf<ShowOutput> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.from, v.feeds, v.offset);
}
template <typename A, FieldsOf<TempoChange> V>
void Fields(A& archive, V& v) {
  archive(v.at, v.tempo_mbpm);
}
template <typename A, FieldsOf<ShowSceneTask> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.params);
}
template <typename A, FieldsOf<ShowScene> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.tasks);
}
template <typename A, FieldsOf<Show> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.redundancy, v.quantum, v.tempo_mbpm, v.tempo_changes, v.meter_num, v.meter_den,
          v.play, v.length, v.timing, v.assets, v.tasks, v.outputs, v.scenes);
}
template <typename A, FieldsOf<ImportedAsset> V>
void Fields(A& archive, V& v) {
  archive(v.name, v.kind, v.hash, v.channels, v.frames, v.notes, v.bytes);
}
template <typename A, FieldsOf<Started> V>
void Fields(A& archive, V& v) {
  archive(v.clock_id, v.n, v.build_id, v.asset_address, v.costs);
}
template <typename A, FieldsOf<AgentLeft> V>
void Fields(A& archive, V& v) {
  archive(v.connection);
}
template <typename A, FieldsOf<NodeDied> V>
void Fields(A& archive, V& v) {
  archive(v.node, v.last_heard);
}
template <typename A, FieldsOf<NodeRecovered> V>
void Fields(A& archive, V& v) {
  archive(v.node);
}
template <typename A, FieldsOf<PreparationTimedOut> V>
void Fields(A& archive, V& v) {
  archive(v.version);
}
template <typename A, FieldsOf<ShowApplied> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.show, v.source, v.assets, v.by, v.key);
}
template <typename A, FieldsOf<ShowStopRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.by, v.key);
}
template <typename A, FieldsOf<RollbackRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.number, v.by, v.key);
}
template <typename A, FieldsOf<LockRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.on, v.by, v.reason, v.key);
}
template <typename A, FieldsOf<EventRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.command, v.task, v.param, v.value, v.locate_to, v.at, v.scene, v.key);
}
template <typename A, FieldsOf<MoveRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.task, v.to, v.from, v.at, v.key);
}
template <typename A, FieldsOf<DrainRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.node, v.on, v.key);
}
template <typename A, FieldsOf<RebalanceRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.dry_run, v.key);
}
template <typename A, FieldsOf<ReplicasRequested> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.task, v.replicas, v.key);
}
template <typename A, FieldsOf<OperationCancelled> V>
void Fields(A& archive, V& v) {
  archive(v.request, v.operation, v.key);
}
template <typename A, FieldsOf<ShowLost> V>
void Fields(A& archive, V& v) {
  archive(v.version);
}
template <typename A, FieldsOf<MapLearned> V>
void Fields(A& archive, V& v) {
  archive(v.entries);
}
template <typename A, FieldsOf<DateMissed> V>
void Fields(A& archive, V& v) {
  archive(v.version);
}
template <typename A, FieldsOf<PartsDue> V>
void Fields(A& /*archive*/, V& /*v*/) {}
template <typename A, FieldsOf<ResumeDue> V>
void Fields(A& archive, V& v) {
  archive(v.version);
}
template <typename A, FieldsOf<NodeDoubted> V>
void Fields(A& archive, V& v) {
  archive(v.node, v.last_heard);
}
template <typename A, FieldsOf<ReplicaChanged> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.incarnation, v.state, v.n, v.error, v.more, v.heard);
}
template <typename A, FieldsOf<ReplicaDiverged> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.incarnation, v.n);
}
template <typename A, FieldsOf<OperationTimedOut> V>
void Fields(A& archive, V& v) {
  archive(v.operation);
}
template <typename A, FieldsOf<MeasuredCost> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.incarnation, v.ns_per_frame);
}
template <typename A, FieldsOf<LoadMeasured> V>
void Fields(A& archive, V& v) {
  archive(v.node, v.costs);
}

}  // namespace continuo::coordinator
