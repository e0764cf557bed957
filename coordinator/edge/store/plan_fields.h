// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "coordinator/edge/store/fields.h"
#include "dsp/graph/description.h"
#include "proto/plan/link.h"
#include "proto/plan/plan.h"
#include "proto/session/tempo_map.h"

// As fields.h: the fields of a plan and of what it is made of.

namespace continuo {

template <typename A, plan::FieldsOf<Event> V>
void Fields(A& archive, V& v) {
  archive(v.at, v.id, v.command, v.target, v.value);
}

}  // namespace continuo

namespace continuo::session {

template <typename A, plan::FieldsOf<Segment> V>
void Fields(A& archive, V& v) {
  archive(v.version, v.n0, v.tick0, v.tempo_mbpm, v.playing, v.meter_num, v.meter_den, v.bar_tick,
          v.bar_number, v.muted, v.mute_n0);
}
template <typename A, plan::FieldsOf<TempoMark> V>
void Fields(A& archive, V& v) {
  archive(v.tick, v.tempo_mbpm);
}

}  // namespace continuo::session

namespace continuo::dsp {

template <typename A, plan::FieldsOf<Wire> V>
void Fields(A& archive, V& v) {
  archive(v.from, v.port, v.begins, v.ends, v.delay);
}
template <typename A, plan::FieldsOf<Span> V>
void Fields(A& archive, V& v) {
  archive(v.begins, v.ends);
}
template <typename A, plan::FieldsOf<ParamSetting> V>
void Fields(A& archive, V& v) {
  archive(v.index, v.value);
}
template <typename A, plan::FieldsOf<AutomationPoint> V>
void Fields(A& archive, V& v) {
  archive(v.tick, v.param, v.shape, v.value);
}
template <typename A, plan::FieldsOf<SceneSetting> V>
void Fields(A& archive, V& v) {
  archive(v.scene, v.index, v.value);
}
template <typename A, plan::FieldsOf<NotesDescription> V>
void Fields(A& archive, V& v) {
  archive(v.file, v.channel_mask, v.transpose, v.key_min, v.key_max, v.loop);
}
template <typename A, plan::FieldsOf<AssetUse> V>
void Fields(A& archive, V& v) {
  archive(v.hash, v.key);
}
template <typename A, plan::FieldsOf<TaskDescription> V>
void Fields(A& archive, V& v) {
  archive(v.id, v.name, v.kind, v.channels, v.input_ports, v.wires, v.params, v.scenes, v.assets,
          v.notes, v.automation);
}

}  // namespace continuo::dsp

namespace continuo::plan {

template <typename A, FieldsOf<Node> V>
void Fields(A& archive, V& v) {
  archive(v.id, v.name, v.networks);
}
template <typename A, FieldsOf<Replica> V>
void Fields(A& archive, V& v) {
  archive(v.node, v.incarnation, v.origin, v.role, v.leaving);
}
/// All of a task but what it is asked to compute, which rarely changes from plan to plan.
template <typename A, FieldsOf<Task> V>
void StandingFields(A& archive, V& v) {
  archive(v.generation, v.epoch, v.wanted, v.span, v.rewired, v.lead, v.replicas, v.foreign,
          v.depth);
}
template <typename A, FieldsOf<Task> V>
void Fields(A& archive, V& v) {
  archive(v.description);
  StandingFields(archive, v);
}
template <typename A, FieldsOf<Output> V>
void Fields(A& archive, V& v) {
  archive(v.id, v.name, v.from, v.node, v.before, v.since, v.offset);
}
template <typename A, FieldsOf<MediaTimeMap> V>
void Fields(A& archive, V& v) {
  archive(v.version, v.clock_id, v.t0, v.n0, v.rate_hz);
}
/// All of a plan but its tasks.
template <typename A, FieldsOf<Plan> V>
void HeadFields(A& archive, V& v) {
  archive(v.term, v.version, v.run, v.show, v.quantum, v.timing, v.media, v.start_n, v.length,
          v.session, v.tempo_marks, v.deepest, v.all_tasks, v.nodes, v.outputs);
}
template <typename A, FieldsOf<Plan> V>
void Fields(A& archive, V& v) {
  HeadFields(archive, v);
  archive(v.tasks);
}
template <typename A, FieldsOf<PlanHeld> V>
void Fields(A& archive, V& v) {
  archive(v.term, v.plan);
}

}  // namespace continuo::plan
