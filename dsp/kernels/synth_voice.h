// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/envelope.h"
#include "dsp/kernels/oscillator.h"

namespace continuo::dsp {

/// The sound of a synth, as all its voices share it.
struct Patch {
  Shape shape;
  float osc2 = 0.5f;         ///< share of the second oscillator, 0..1
  float osc2_ratio = 1;      ///< its frequency against the first
  float sub = 0;             ///< level of a square an octave below
  float cutoff_octaves = 0;  ///< log2 of the cut-off in Hz
  float resonance = 0;       ///< 0..1
  float env_octaves = 0;     ///< how far the filter envelope opens the filter
  float key_follow = 0;      ///< octaves of cut-off per octave of pitch
  float velocity = 0;        ///< how much velocity matters, 0..1
  float spread = 0;          ///< stereo, 0..1
  EnvelopeShape amp;         ///< per sample
  EnvelopeShape filter;      ///< per control period
};

/// The low-pass of svf.h without its guards, which would lengthen the recurrence of every voice: its input is an
/// oscillator, which is bounded and never fades to the realm of denormals, and a voice that ends forgets its state.
struct LowPass {
  float first = 0, second = 0;  // the two integrators

  struct Coefficients {
    float a1 = 0, a2 = 0, a3 = 0;
    /// `g` = tan(pi f / rate); `damping` = 1 / Q.
    static Coefficients Of(float g, float damping) {
      const float a1 = 1.0f / (1.0f + g * (g + damping));
      return {a1, g * a1, g * g * a1};
    }
  };
  float Step(const Coefficients& c, float in) {
    const float v3 = in - second;
    const float v1 = c.a1 * first + c.a2 * v3;
    const float v2 = second + c.a2 * first + c.a3 * v3;
    first = 2.0f * v1 - first;
    second = 2.0f * v2 - second;
    return v2;
  }
};

/// One sounding note.
class SynthVoice {
 public:
  /// `order` counts the notes of this synth: the older voice has the smaller one. `seed` picks phases and panning.
  void Begin(int key, float velocity, std::uint32_t order, std::uint64_t seed, const Patch& patch);
  void Release();
  /// Adds up to kControlFrames samples to `left` and `right` (nullptr: mono). `tick`: a control period
  /// begins with the first sample.
  void Render(const Patch& patch, bool tick, int frames, float* left,
              float* right) CONTINUO_REALTIME;
  /// The patch changed: frequencies and gains of the sounding note follow.
  void Retune(const Patch& patch);

  bool idle() const { return amp_.stage == EnvelopeStage::kIdle; }
  bool released() const { return amp_.stage == EnvelopeStage::kRelease; }
  int key() const { return key_; }
  std::uint32_t order() const { return order_; }

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  void SetFilter(const Patch& patch);

  std::uint8_t key_ = 60;
  bool fresh_ = false;  // began since the last Render: its filter is not set yet
  float velocity_ = 0;  // 0..1
  float pan_ = 0;       // -1..1, before spread
  std::uint32_t order_ = 0;
  Envelope amp_, filter_;
  Phase osc1_, osc2_, sub_;
  LowPass stage1_, stage2_;
  LowPass::Coefficients coefficients1_, coefficients2_;
  // Follow from the above and the patch.
  float drive_ = 0, left_ = 0, right_ = 0;
};

}  // namespace continuo::dsp
