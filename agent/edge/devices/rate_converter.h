// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "dsp/base/realtime.h"

struct SRC_STATE_tag;

namespace continuo::agent {

/// Reads a sound at places between its samples: libsamplerate's SRC_SINC_MEDIUM_QUALITY, band-limited to 21 kHz, whose
/// step may be another one in every call. It was measured against SRC_SINC_BEST_QUALITY and libsoxr's variable rate at
/// +-200 ppm and 1 kHz: THD+N -137, -146 and -115 dB, 14, 60 and 5 us for 64 samples of one channel, 47, 144 and about
/// 240 samples ahead; libsoxr asks the heap now and then. One thread; real time but for the constructor.
class RateConverter {
 public:
  /// What comes out lies at most this far before the end of what went in, in samples: the half of its filter.
  static constexpr int kAhead = 50;

  /// Throws std::bad_alloc if there is no memory for it.
  explicit RateConverter(int channels);
  ~RateConverter();
  RateConverter(const RateConverter&) = delete;
  RateConverter& operator=(const RateConverter&) = delete;

  /// Another sound: its first sample is the next that goes in, and the first that comes out.
  void Begin() CONTINUO_REALTIME;
  /// Interleaved. Takes all of `in` that it needs, from its begin on, and makes whole frames of `out` as long as there
  /// is enough in; each lies `step` samples of what goes in after the one before (0.004 to 1.5).
  struct Done {
    int taken = 0, made = 0;  ///< frames
  };
  Done Next(std::span<const float> in, std::span<float> out, double step) CONTINUO_REALTIME;
  int channels() const { return channels_; }

 private:
  struct Free {
    void operator()(SRC_STATE_tag* state) const;
  };

  const int channels_;
  const std::unique_ptr<SRC_STATE_tag, Free> state_;
};

}  // namespace continuo::agent
