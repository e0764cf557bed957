// SPDX-License-Identifier: Apache-2.0
#include "dsp/offline/rehearsed_task.h"

#include <cstring>

namespace continuo::dsp {

const char* RehearsedTask::Prepare(const TaskDescription& task, const Span& span,
                                   const TaskMaterial& material, int quantum,
                                   std::span<const RehearsedTask* const> sources) {
  Arena measuring;
  if (const char* error = processor_.Prepare(task, material, measuring)) return error;
  const std::size_t bytes = measuring.needed();
  memory_.reset(::operator new (bytes, std::align_val_t{16}));
  std::memset(memory_.get(), 0, bytes);
  Arena arena(memory_.get(), bytes);
  if (const char* error = processor_.Prepare(task, material, arena)) return error;

  id_ = task.id;
  span_ = span;
  channels_ = task.channels;
  quantum_ = static_cast<std::size_t>(quantum);
  out_samples_.assign(quantum_ * task.channels, 0.0f);
  for (int c = 0; c < channels_; ++c) out_.push_back(out_samples_.data() + c * quantum_);
  if (processor_.kernel()->live) {
    if (material.live.channels != channels_) return "what it heard was recorded in other channels";
    live_ = material.live;
    live_samples_.assign(quantum_ * task.channels, 0.0f);
    for (int c = 0; c < channels_; ++c) in_.push_back(live_samples_.data() + c * quantum_);
  }
  for (const RehearsedTask* source : sources) {
    if (source->channels() != channels_) return "a wire leads to it from a task of other channels";
    for (int c = 0; c < channels_; ++c) in_.push_back(source->output(c));
  }
  return nullptr;
}

void RehearsedTask::Process(const session::ControlQuantum& control) {
  if (control.n < span_.begins || control.n >= span_.ends) return;
  params_.clear();
  for (; next_event_ < events_.size(); ++next_event_) {
    const Event& event = events_[next_event_];
    if (event.at >= control.n + control.frames) break;
    if (event.at < control.n || event.command != Command::kParam) continue;
    params_.push_back({.at = event.at, .target = event.target, .value = event.AsFloat()});
  }
  if (!live_samples_.empty()) TakeLive(control.n, control.frames);
  processor_.Process(control, params_, in_.data(), out_.data());
}

void RehearsedTask::TakeLive(MediaTime n, int frames) {
  const Frames recorded = static_cast<Frames>(live_.samples.size()) / channels_;
  for (int i = 0; i < frames; ++i) {
    const Frames at = n + i - live_.first_n;
    const bool heard = at >= 0 && at < recorded;
    for (int c = 0; c < channels_; ++c) {
      live_samples_[c * quantum_ + i] =
          heard ? live_.samples[static_cast<std::size_t>(at * channels_ + c)] : 0.0f;
    }
  }
}

}  // namespace continuo::dsp
