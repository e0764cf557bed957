// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "dsp/base/hash.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::agent::rt {

/// What replicas of a task compare whose kernel cannot write its whole state (dsp::Handover): a digest
/// of what they sent between one aligned sample and the next. A newcomer's counts only when the
/// kernel has heard as much as it remembers.
class SentDigest {
 public:
  /// The next packet begins at `from`. `memory`: samples that the kernel has to hear from there on; 0 for one that was
  /// there from the task's beginning.
  void Begin(MediaTime from, Frames memory) {
    settled_ = from + memory;
    begins_ = from;
    digest_ = {};
  }
  /// What is sent from `n` on is what a fellow sends.
  bool Settled(MediaTime n) const { return n >= settled_; }
  void Add(const float* const* out, int channels, int frames) CONTINUO_REALTIME {
    const auto bytes = static_cast<std::size_t>(frames) * sizeof(float);
    for (int c = 0; c < channels; ++c) {
      digest_.Add(reinterpret_cast<const std::uint8_t*>(out[c]), bytes);
    }
  }
  /// At `at`, a multiple of `every`, both in samples. Nothing if part of what lies between is not known or not settled.
  std::optional<std::uint64_t> Take(MediaTime at, Frames every) CONTINUO_REALTIME {
    const MediaTime begins = at - every;
    const bool counts = begins_ <= begins && settled_ <= begins;
    const std::uint64_t value = digest_.value();
    digest_ = {};
    begins_ = at;
    return counts ? std::optional(value) : std::nullopt;
  }

 private:
  MediaTime settled_ = 0, begins_ = 0;
  Digest64 digest_;
};

}  // namespace continuo::agent::rt
