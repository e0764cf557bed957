// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/envelope.h"
#include "dsp/kernels/fm_params.h"
#include "dsp/kernels/sine_table.h"

namespace continuo::dsp {

/// Levels of a control period: at its first sample, and so much more with each. A stretch of it begins at `first`.
struct FmStretch {
  FmLevels levels, step;
  int first = 0;
};

/// One sounding note of four sines, each of which may move the phase of others (Chowning, "The Synthesis of Complex
/// Audio Spectra by Means of Frequency Modulation", JAES 21, 1973; as phase modulation, so that the spectrum is that of
/// the modulators' levels at any pitch). The fourth may move its own (Tomisawa, US patent 4,249,447).
class FmVoice {
 public:
  /// `order` counts the notes: the older voice has the smaller one.
  void Begin(int key, float velocity, std::uint32_t order, const FmPatch& patch);
  void Release();
  /// Fades out within some 5 ms, and is out of the count from now on.
  void Silence();
  /// Adds up to kControlFrames samples.
  void Render(const FmPatch& patch, const FmStretch& stretch, const SineTable& sine, int frames,
              float* out) CONTINUO_REALTIME;
  /// The patch changed: the sounding note follows.
  void Retune(const FmPatch& patch);

  bool idle() const { return !sounding_; }
  bool released() const { return released_; }
  bool leaving() const { return fade_ > 0.0f; }
  int key() const { return key_; }
  std::uint32_t order() const { return order_; }
  float level() const { return level_; }

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  /// What the algorithm makes of an operator's output: a sum of three modulators, and what is heard.
  struct Routing {
    // [modulated][modulator]: 0 or the index of level 1, in cycles. Three modulators of 2 cycles stay below the 8 of
    // PhaseOf().
    float to[kOperators][kOperators];
    float heard[kOperators];
  };
  Routing MakeRouting() const;
  bool Rests() const;

  std::uint8_t key_ = 60;
  bool sounding_ = false;
  bool released_ = false;
  std::uint8_t algorithm_ = 0;
  float loud_ = 0;    // of its carriers
  float bright_ = 0;  // of its modulators
  std::uint32_t order_ = 0;
  std::array<std::uint32_t, kOperators> phase_{}, step_{};
  std::array<Envelope, kOperators> envelope_{};
  float last_ = 0, before_ = 0;  // of operator 4, for its feedback
  float level_ = 1;              // falls once it leaves
  float fade_ = 0;               // share of the level lost per sample
};

}  // namespace continuo::dsp
