// SPDX-License-Identifier: Apache-2.0
#include "proto/stream/conceal.h"

#include <cstddef>

namespace continuo::stream {

bool Concealer::Prepare(int channels, int quantum, Arena& arena) {
  channels_ = channels;
  quantum_ = quantum;
  hole_ = kFadeFrames;
  last_ = arena.Take<float>(static_cast<std::size_t>(channels) * static_cast<std::size_t>(quantum));
  return last_ != nullptr;
}

void Concealer::Hear(const float* samples, int stride) {
  hole_ = 0;
  for (int i = 0; i < quantum_; ++i) {
    for (int c = 0; c < channels_; ++c) last_[i * channels_ + c] = samples[i * stride + c];
  }
}

void Concealer::Conceal(float* samples, int stride) {
  for (int i = 0; i < quantum_; ++i) {
    const int into_lap = hole_ % (2 * quantum_);
    const bool back = into_lap < quantum_;
    const int from = back ? quantum_ - 1 - into_lap : into_lap - quantum_;
    const float level = static_cast<float>(kFadeFrames - hole_) / static_cast<float>(kFadeFrames);
    for (int c = 0; c < channels_; ++c) {
      samples[i * stride + c] = hole_ < kFadeFrames ? last_[from * channels_ + c] * level : 0.0f;
    }
    if (hole_ < kFadeFrames) ++hole_;
  }
}

}  // namespace continuo::stream
