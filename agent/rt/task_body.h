// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/handoff/live_input.h"
#include "agent/rt/held_readings.h"
#include "agent/rt/part_memory.h"
#include "dsp/base/bytes.h"
#include "dsp/base/fixed.h"
#include "dsp/base/realtime.h"
#include "dsp/graph/task_processor.h"
#include "proto/plan/plan.h"
#include "proto/session/conductor.h"
#include "proto/wire/event.h"

namespace continuo::agent::rt {

/// What a task plays, and what keeps it in memory.
struct Material {
  dsp::TaskMaterial plays;
  std::shared_ptr<const void> keeps;
  /// Of a task that is live, where its first replica here is made; else nullptr.
  std::shared_ptr<handoff::LiveInput> live{};
};

/// Room for what is delayed of wires that a later plan plugs into a task that plays (dsp::WireDelays).
/// Made off the audio thread.
struct LateDelays {
  /// nullptr where none is needed, or if it cannot be made, with a sentence in `error`.
  static std::unique_ptr<LateDelays> Make(const plan::Task& before, const plan::Task& after,
                                          std::string& error);

  PartMemory memory;
  dsp::WireDelays delays;
};

/// What computes a task: the conductor or a processor, with memory of its own and its material.
/// Made and restored off the audio thread, then given to a replica that has been waiting for it.
class TaskBody {
 public:
  /// At the task's first packet. nullptr, and a sentence in `error`, if it cannot be made here.
  static std::unique_ptr<TaskBody> Make(const plan::Plan& plan, const plan::Task& task,
                                        const Material& material, std::string& error);

  /// Other wires from the next packet on. `late` is of that task, and goes back with what is not needed
  /// any more. False: there is no room for some that are delayed, and what it makes is not to be used.
  bool Rewire(const plan::Task& task, LateDelays* late = nullptr) CONTINUO_REALTIME {
    if (is_conductor_) return true;
    if (late != nullptr) {
      processor_.Exchange(late->delays);
      std::swap(delays_memory_, late->memory);
    }
    return processor_.Rewire(task.description.wires);
  }
  /// Computes packet k of the conductor.
  void Conduct(PacketIndex k, std::span<const Event> events,
               session::ControlQuantum& out) CONTINUO_REALTIME;
  /// Computes a packet of any other task; `in` and `out` as dsp::TaskProcessor::Process.
  void Process(const session::ControlQuantum& control, std::span<const Event> events,
               const float* const* in, float* const* out) CONTINUO_REALTIME;

  /// Between two packets. The same bytes on every machine.
  void Snapshot(ByteWriter& out) const CONTINUO_REALTIME;
  /// False, and not to be used any more, if the bytes are not of this task. Not real time.
  bool Restore(ByteReader& in);
  /// nullptr: the conductor.
  const dsp::KernelDescription* kernel() const {
    return is_conductor_ ? nullptr : processor_.kernel();
  }
  /// What the kernel measures, as of the last packet, maxima of the last second; nothing of the conductor.
  void Read(FixedVector<float, dsp::kMaxReadings>& out) const CONTINUO_REALTIME {
    readings_.Read(processor_, out);
  }
  /// Room that a snapshot takes, measured when the body was made; states that grow come later.
  std::size_t state_bytes() const { return state_bytes_; }

 private:
  std::string Prepare(const plan::Plan& plan, const plan::Task& task,
                      const dsp::TaskMaterial& material);
  std::size_t Measure() const;

  std::shared_ptr<const void> keeps_;
  PartMemory memory_, delays_memory_;
  bool is_conductor_ = false;
  int quantum_ = 48;
  session::Conductor conductor_;
  dsp::TaskProcessor processor_;
  HeldReadings readings_;
  std::size_t state_bytes_ = 0;
};

}  // namespace continuo::agent::rt
