// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dsp/graph/description.h"
#include "dsp/graph/task_processor.h"
#include "proto/session/tempo_map.h"
#include "proto/session/timeline.h"
#include "proto/wire/event.h"

namespace continuo::dsp {

/// An event to one task, as acknowledged.
struct TaskEvent {
  TaskId task = 0;
  Event event;
};

/// All that an offline render needs; plain values, so that it can come from a show or from a take.
struct OracleInput {
  int quantum = 48;
  MediaTime start_n = 0;
  Frames length = 0;
  std::uint32_t plan_version = 1;
  session::Segment session;  ///< in force from start_n, whatever its n0
  session::TempoMarks tempo_marks;
  std::vector<TaskDescription> tasks;  ///< topological order, conductor first
  std::vector<Span> spans;  ///< of tasks[i]; empty: all from the first sample to the last
  std::vector<TaskMaterial> material;  ///< of tasks[i]
  std::vector<TaskEvent> events;       ///< committed, any order
  /// Whose output port is wanted: wires to the one port of the output, of equal channels. More than one where a
  /// changed show moved the output from task to task.
  std::vector<Wire> output;
};

/// The offline render of a take, in one process: what the front of house must equal, bit for bit. Shares kernels and
/// timeline with the cluster and nothing else.
class Oracle {
 public:
  /// nullptr and a reason in `error` if the input cannot be rendered. Material must outlive the oracle. Tasks whose
  /// sound does not reach the output are not computed: a task is a function of its inputs, so they cannot matter.
  static std::unique_ptr<Oracle> Make(const OracleInput& input, std::string& error);
  virtual ~Oracle() = default;
  virtual int channels() const = 0;
  /// The next quantum of the wanted output, interleaved (quantum * channels floats). False after `length`, which is
  /// rounded up to whole quanta.
  virtual bool Next(std::span<float> interleaved) = 0;
};

}  // namespace continuo::dsp
