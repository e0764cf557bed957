// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstring>

#include "dsp/base/arena.h"
#include "dsp/base/bytes.h"
#include "dsp/base/math.h"
#include "dsp/base/realtime.h"

namespace continuo::dsp {

/// The last `size` samples of a signal; silence before it began.
class SampleHistory {
 public:
  /// A sample is cut at this (+180 dB of full scale), so that no sum of many of them can be infinite.
  static constexpr float kLoudest = 1e9f;

  /// May be called with a measuring arena.
  void Prepare(Arena& arena, int size) {
    size_ = size;
    at_ = 0;
    samples_ = arena.Take<float>(static_cast<std::size_t>(size));
  }

  void Push(const float* samples, int count) CONTINUO_REALTIME {
    for (int i = 0; i < count; ++i) {
      samples_[at_] = std::clamp(Clean(samples[i]), -kLoudest, kLoudest);
      if (++at_ == size_) at_ = 0;
    }
  }

  /// `count` samples from the one on that came `ago` samples before the next; count <= ago <= size.
  void Copy(int ago, int count, float* out) const CONTINUO_REALTIME {
    const int from = at_ >= ago ? at_ - ago : at_ - ago + size_;
    const int first = std::min(count, size_ - from);
    std::memcpy(out, samples_ + from, static_cast<std::size_t>(first) * sizeof(float));
    std::memcpy(out + first, samples_, static_cast<std::size_t>(count - first) * sizeof(float));
  }

  /// From the oldest to the newest, so that the place of the write position cannot be wrong.
  void Snapshot(ByteWriter& out) const {
    out.F32s(samples_ + at_, static_cast<std::size_t>(size_ - at_));
    out.F32s(samples_, static_cast<std::size_t>(at_));
  }
  bool Restore(ByteReader& in) {
    at_ = 0;
    in.F32s(samples_, static_cast<std::size_t>(size_));
    bool ok = in.ok();
    for (int i = 0; i < size_; ++i) ok = ok && Abs(samples_[i]) <= kLoudest;  // false for NaN
    return ok;
  }

 private:
  float* samples_ = nullptr;
  int size_ = 0;
  int at_ = 0;  // where the next sample goes, and where the oldest one is
};

}  // namespace continuo::dsp
