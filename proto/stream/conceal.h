// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/arena.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"

namespace continuo::stream {

/// What an output plays where a packet is missing: the last quantum to and fro, faded to silence within 5 ms. It turns
/// round on its last sample, so there is no click where the sound breaks off. What comes after the hole is played as it
/// is: right samples are never touched. Only for outputs; a task that lacks an input is tainted instead.
///
/// One for each channel group. Samples are interleaved: sample i of channel c is at [i * stride + c].
class Concealer {
 public:
  static constexpr int kFadeFrames = 5 * kSampleRate / 1000;

  /// False if there is no room. Not real time. Begins in silence.
  bool Prepare(int channels, int quantum, Arena& arena);
  /// This quantum was there.
  void Hear(const float* samples, int stride) CONTINUO_REALTIME;
  /// This quantum is missing: writes what is played instead.
  void Conceal(float* samples, int stride) CONTINUO_REALTIME;

 private:
  float* last_ = nullptr;  // the last quantum that was there, interleaved
  int channels_ = 0;
  int quantum_ = 0;
  int hole_ = kFadeFrames;  // samples concealed since then; no more than the fade
};

}  // namespace continuo::stream
