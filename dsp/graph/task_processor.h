// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/description.h"
#include "dsp/kernels/kernel.h"
#include "proto/session/note_file.h"
#include "proto/session/sequencer.h"
#include "proto/session/timeline.h"

namespace continuo::dsp {

/// The decoded material a task was given. Outlives the processor.
struct TaskMaterial {
  std::span<const AudioAsset> audio;          ///< in the order of TaskDescription::assets
  const session::NoteFile* notes = nullptr;   ///< of TaskDescription::notes.file, or nullptr
};

/// A task, ready to compute: its kernel, the notes it plays, and the summing of its wires. Agents run one for each
/// replica, the oracle one for each task; both get the same bits because this is the only place where a task is
/// computed.
class TaskProcessor {
 public:
  /// Not real time; twice, as Kernel::Prepare. nullptr if it worked, else what does not.
  const char* Prepare(const TaskDescription& task, const TaskMaterial& material, Arena& arena);
  /// Computes one quantum. `in`: [wire * channels + channel], planar, one quantum each; `out`: [channel].
  /// `params`: parameter events within the quantum, in order. Splits the quantum at each event.
  void Process(const session::ControlQuantum& control, std::span<const KernelEvent> params,
               const float* const* in, float* const* out) CONTINUO_REALTIME;
  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);
  const KernelDescription* kernel() const { return description_; }

 private:
  const KernelDescription* description_ = nullptr;
  Kernel* kernel_ = nullptr;
  session::Sequencer sequencer_;
  // The rest is the author's.
};

}  // namespace continuo::dsp
