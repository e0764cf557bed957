// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "dsp/graph/task_processor.h"
#include "proto/wire/event.h"

namespace continuo::dsp {

/// One task of an offline render, with its memory, its output of the present quantum and the events still to come.
class RehearsedTask {
 public:
  /// nullptr if it worked, else what does not. `sources`: the tasks of its wires, in their order.
  const char* Prepare(const TaskDescription& task, const Span& span, const TaskMaterial& material,
                      int quantum, std::span<const RehearsedTask* const> sources);
  /// `events` in order (at, id); they outlive the task.
  void Follow(std::vector<Event> events) { events_ = std::move(events); }
  /// Nothing outside its span.
  void Process(const session::ControlQuantum& control);

  const float* output(int channel) const {
    return out_samples_.data() + static_cast<std::size_t>(channel) * quantum_;
  }
  int channels() const { return channels_; }
  TaskId id() const { return id_; }

 private:
  struct Free {
    void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{16}); }
  };

  void TakeLive(MediaTime n, int frames);

  TaskId id_ = 0;
  Span span_;
  int channels_ = 0;
  LiveTrack live_;
  std::vector<float> live_samples_;  // of the present quantum, planar
  std::size_t quantum_ = 0;
  std::unique_ptr<void, Free> memory_;
  TaskProcessor processor_;
  std::vector<const float*>
      in_;  // [wire * channels + channel]: outputs of the sources, which do not move
  std::vector<float> out_samples_;
  std::vector<float*> out_;
  std::vector<Event> events_;
  std::size_t next_event_ = 0;
  std::vector<KernelEvent> params_;  // of the present quantum
};

}  // namespace continuo::dsp
