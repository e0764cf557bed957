// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "coordinator/core/event_log.h"
#include "coordinator/core/ledger.h"
#include "coordinator/edge/store/archive.h"
#include "coordinator/edge/store/plan_fields.h"

// As fields.h: the fields of the ledger and of the log. What is kept here in another order than it stands in its
// struct is none the worse; what is missing here is lost with a snapshot.

namespace continuo::coordinator {

template <typename A, FieldsOf<PlannedMove> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.from, v.to, v.reason);
}
template <typename A, FieldsOf<Issue> V>
void Fields(A& archive, V& v) {
  archive(v.field, v.text, v.line, v.warning);
}
template <typename A, FieldsOf<Reply> V>
void Fields(A& archive, V& v) {
  archive(v.code, v.text, v.issues, v.plan_version, v.start_n, v.event, v.at, v.verdict,
          v.operation, v.moves);
}
template <typename A, FieldsOf<CommandRecord> V>
void Fields(A& archive, V& v) {
  archive(v.key, v.id, v.kind, v.settled, v.reply);
}
template <typename A, FieldsOf<NodeRecord> V>
void Fields(A& archive, V& v) {
  archive(v.id, v.hello, v.connection, v.dead, v.doubted, v.welcomed, v.drained, v.crowded,
          v.lost_n, v.trusted_n, v.prepared);
}
template <typename A, FieldsOf<EventRecord> V>
void Fields(A& archive, V& v) {
  archive(v.event, v.task, v.text, v.verdict, v.disputed, v.command);
}
template <typename A, FieldsOf<ReplicaRecord> V>
void Fields(A& archive, V& v) {
  archive(v.task, v.incarnation, v.node, v.state, v.unsure, v.diverged, v.heard, v.n, v.leaving_n,
          v.cost_ns, v.error);
}
template <typename A, FieldsOf<OperationRecord> V>
void Fields(A& archive, V& v) {
  archive(v.id, v.parent, v.kind, v.phase, v.task, v.role, v.from, v.to, v.wish, v.outgoing,
          v.incoming, v.attempts, v.failures_here, v.barred, v.replicas_before, v.at_n, v.started_n,
          v.ended_n, v.deadline, v.text, v.note, v.verdict);
}
template <typename A, FieldsOf<ShowRecord> V>
void Fields(A& archive, V& v) {
  archive(v.state, v.show, v.source, v.assets, v.warnings, v.problem, v.by, v.again, v.command,
          v.deadline);
}
template <typename A, FieldsOf<ShowLock> V>
void Fields(A& archive, V& v) {
  archive(v.on, v.by, v.reason, v.n);
}
template <typename A, FieldsOf<LostShow> V>
void Fields(A& archive, V& v) {
  archive(v.plan, v.segments, v.events, v.n);
}
template <typename A, FieldsOf<HeldParts> V>
void Fields(A& archive, V& v) {
  archive(v.parts, v.known, v.connections);
}
template <typename A, FieldsOf<ShowVersion> V>
void Fields(A& archive, V& v) {
  archive(v.number, v.n, v.by, v.text, v.show, v.source, v.assets);
}
template <typename A, FieldsOf<Ledger> V>
void Fields(A& archive, V& v) {
  archive(v.term, v.started, v.media, v.map, v.nodes, v.last_time, v.show, v.lost, v.held_parts,
          v.lock, v.versions, v.plan, v.plans, v.replicas, v.operations, v.last_operation,
          v.commands, v.last_command, v.events, v.changes, v.last_version, v.last_incarnation,
          v.last_event);
}
template <typename A, FieldsOf<LogEntry> V>
void Fields(A& archive, V& v) {
  archive(v.number, v.n, v.kind, v.severity, v.text, v.cause);
}
template <typename A, FieldsOf<EventLog::Memory> V>
void Fields(A& archive, V& v) {
  archive(v.entries, v.events, v.last, v.asked, v.operations, v.nodes);
}

// What keeps its fields to itself.

inline void Fields(Writer& archive, const CommandLog& v) {
  archive(v.all());
}
inline void Fields(Reader& archive, CommandLog& v) {
  std::deque<CommandRecord> records;
  archive(records);
  v.Restore(std::move(records));
}

inline void Fields(Writer& archive, const clock::MediaMap& v) {
  archive(v.entries());
}
inline void Fields(Reader& archive, clock::MediaMap& v) {
  FixedVector<clock::MapEntry, clock::MediaMap::kEntries> entries;
  archive(entries);
  v = {};
  for (const clock::MapEntry& entry : entries) {
    if (!v.Add(entry)) archive.Fail();
  }
}

inline void Fields(Writer& archive, const ShowArchive& v) {
  archive(v.last(), static_cast<std::uint32_t>(v.all().size()));
  for (const auto& version : v.all()) archive(*version);
}
inline void Fields(Reader& archive, ShowArchive& v) {
  std::uint32_t last = 0;
  std::vector<ShowVersion> versions;
  archive(last, versions);
  v.Restore(std::move(versions), last);
}

/// What a task has in common with the one at its place in the plan before: plans of one performance differ little.
enum class SameTask : std::uint8_t { kNothing, kDescription, kAll };

inline SameTask SameAs(const plan::Task* before, const plan::Task& task) {
  if (before == nullptr) return SameTask::kNothing;
  if (before == &task || *before == task) return SameTask::kAll;
  return before->description == task.description ? SameTask::kDescription : SameTask::kNothing;
}
inline const plan::Task* TaskAt(const plan::Plan* plan, std::size_t i) {
  return plan != nullptr && i < plan->tasks.size() ? &plan->tasks[i] : nullptr;
}

inline void Fields(Writer& archive, const PlanArchive& v) {
  archive(static_cast<std::uint32_t>(v.all().size()));
  const plan::Plan* before = nullptr;
  for (const auto& plan : v.all()) {
    HeadFields(archive, *plan);
    archive(static_cast<std::uint32_t>(plan->tasks.size()));
    for (std::size_t i = 0; i < plan->tasks.size(); ++i) {
      const plan::Task& task = plan->tasks[i];
      const SameTask same = SameAs(TaskAt(before, i), task);
      archive(same);
      if (same == SameTask::kNothing) archive(task.description);
      if (same != SameTask::kAll) StandingFields(archive, task);
    }
    before = plan.get();
  }
}

/// The next task of `plan`. False: there is no such task.
inline bool ReadTask(Reader& archive, const plan::Plan* plan_before, plan::Plan& plan) {
  SameTask same = SameTask::kNothing;
  archive(same);
  const std::size_t i = plan.tasks.size();
  const plan::Task* const before = TaskAt(plan_before, i);
  if (same > SameTask::kAll || (same != SameTask::kNothing && before == nullptr)) return false;
  if (same == SameTask::kAll) {
    plan.tasks.Share(plan_before->tasks, i);
    return archive.ok();
  }
  plan::Task& task = plan.tasks.emplace_back();
  if (same != SameTask::kNothing) task = *before;
  if (same == SameTask::kNothing) archive(task.description);
  StandingFields(archive, task);
  return archive.ok();
}

inline void Fields(Reader& archive, PlanArchive& v) {
  v.Clear();
  std::uint32_t plans = 0;
  archive(plans);
  if (plans > PlanArchive::kMost) return archive.Fail();
  for (; plans > 0 && archive.ok(); --plans) {
    const plan::Plan* const before = v.all().empty() ? nullptr : v.all().back().get();
    plan::Plan plan;
    HeadFields(archive, plan);
    std::uint32_t tasks = 0;
    archive(tasks);
    for (std::uint32_t i = 0; i < tasks && archive.ok(); ++i) {
      if (!ReadTask(archive, before, plan)) archive.Fail();
    }
    if (archive.ok()) v.Add(plan);
  }
}

}  // namespace continuo::coordinator
