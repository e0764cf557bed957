// SPDX-License-Identifier: Apache-2.0
#include "coordinator/core/look_operations.h"

#include "coordinator/core/redundancy.h"
#include "coordinator/core/replica_health.h"
#include "dsp/kernels/registry.h"

namespace continuo::coordinator {
namespace {

/// What the newcomer says of itself; before that, what the ledger has it in.
void AddNewcomer(const State& state, const plan::Task& task, const OperationRecord& operation,
                 OperationView& view) {
  const plan::Replica* incoming = FindReplica(task, operation.incoming);
  if (incoming == nullptr) return;
  const Ledger& ledger = state.ledger;
  if (const auto* record = FindRecord(ledger, operation.task, operation.incoming)) {
    view.incoming_state = record->state;
  }
  if (const auto* status = StatusOf(state.watch, operation.task, *incoming)) {
    if (view.incoming_state == plan::ReplicaState::kSubscribed) view.incoming_state = status->state;
    view.join = status->join;
  }
}

/// How a newcomer of that task becomes equal to its fellows.
const char* ClassOf(const plan::Task& task) {
  const dsp::KernelDescription* kernel = dsp::FindKernel(task.description.kind.view());
  const bool settles = kernel != nullptr && kernel->handover == dsp::Handover::kSettled;
  return settles ? "settled" : "exact";
}

void AddMoves(const Ledger& ledger, OperationView& view) {
  for (const OperationRecord& child : ledger.operations) {
    if (child.parent != view.id) continue;
    ++view.moves;
    view.moves_done += child.phase == OperationPhase::kDone;
  }
}

OperationView LookAt(const State& state, const OperationRecord& operation) {
  const Ledger& ledger = state.ledger;
  OperationView view;
  view.id = operation.id;
  view.parent = operation.parent;
  view.kind = operation.kind;
  view.phase = operation.phase;
  view.text = operation.text;
  if (operation.from != 0) view.from = NameOf(ledger, operation.from);
  if (operation.to != 0) view.to = NameOf(ledger, operation.to);
  view.note = operation.note;
  view.incoming = operation.incoming;
  view.outgoing = operation.outgoing;
  view.attempts = operation.attempts;
  view.at_n = operation.at_n;
  view.started_n = operation.started_n;
  view.ended_n = operation.ended_n;
  view.done = HasEnded(operation.phase);
  view.ok = operation.phase == OperationPhase::kDone;
  view.verdict = operation.verdict;
  if (const plan::Task* task = FindTask(ledger, operation.task)) {
    view.task = NameOf(*task);
    view.kernel_class = ClassOf(*task);
    AddNewcomer(state, *task, operation, view);
  } else {
    AddMoves(ledger, view);
  }
  return view;
}

}  // namespace

std::vector<OperationView> LookAtOperations(const State& state) {
  std::vector<OperationView> views;
  for (const OperationRecord& operation : state.ledger.operations) {
    views.push_back(LookAt(state, operation));
  }
  return views;
}

}  // namespace continuo::coordinator
