// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "agent/handoff/live_input.h"
#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent::rt {

/// What a task hears that is live. Its packet k can be computed when the device has given the last sample of it, or
/// when it may be waited for no longer: then what is missing is silence. It is the only place where samples enter that
/// the show does not determine, so what it takes is what is recorded.
class LiveSource {
 public:
  /// Not real time.
  void Open(std::shared_ptr<handoff::LiveInput> input) { input_ = std::move(input); }
  void TakeMemory(Arena& arena) {
    interleaved_ = arena.Take<float>(static_cast<std::size_t>(kMaxChannels) * kMaxQuantum);
  }
  /// False: the task hears wires only.
  bool open() const { return input_ != nullptr; }
  const std::shared_ptr<handoff::LiveInput>& input() const { return input_; }

  bool Ready(MediaTime end_of_packet, Frames patience, MediaTime now) const CONTINUO_REALTIME {
    return input_->heard->end() >= end_of_packet || now >= end_of_packet + patience;
  }
  /// One pointer for each channel.
  void Take(MediaTime n, int frames, float* const* channels) CONTINUO_REALTIME {
    input_->heard->Take(n, frames, channels);
    if (input_->record == nullptr) return;
    if (!std::exchange(recording_, true)) input_->record->StartAt(n);
    const int count = input_->heard->channels();
    for (int c = 0; c < count; ++c) {
      for (int i = 0; i < frames; ++i) interleaved_[i * count + c] = channels[c][i];
    }
    input_->record->Write({interleaved_, static_cast<std::size_t>(count * frames)});
  }
  /// Nothing will be taken any more.
  void Finish() CONTINUO_REALTIME {
    if (input_ != nullptr && input_->record != nullptr) input_->record->Finish();
  }

 private:
  std::shared_ptr<handoff::LiveInput> input_;
  float* interleaved_ = nullptr;  // one quantum
  bool recording_ = false;
};

}  // namespace continuo::agent::rt
