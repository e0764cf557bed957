// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/realtime.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/envelope.h"
#include "dsp/kernels/oscillator.h"
#include "dsp/kernels/synth_mix.h"

namespace continuo::dsp {

/// The sound of a synth, as all its voices share it.
struct Patch {
  float osc2_octaves = 0;    ///< pitch of the second oscillator against the first
  float bend_octaves = 0;    ///< of all oscillators, by the slow one
  float cutoff_bend = 0;     ///< octaves of the cut-off, by the slow one
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
  /// Fades out within 5 ms, and is out of the count from now on.
  void Silence();
  /// Slides to the pitch of `key`, as many octaves in each of so many control periods; 0: is there with the next one.
  void SlideTo(int key, int periods);
  /// The same from another note's pitch to its own.
  void SlideFrom(float octaves, int periods);
  /// Adds samples of one control period to `left` and `right` (nullptr: mono). `tick`: it begins with the first.
  void Render(const Patch& patch, const MixStretch& mix, bool tick, int frames, float* left,
              float* right) CONTINUO_REALTIME;

  bool idle() const { return amp_.stage == EnvelopeStage::kIdle; }
  bool released() const { return amp_.stage == EnvelopeStage::kRelease; }
  bool leaving() const { return fade_ > 0.0f; }
  float level() const { return level_ * amp_.level; }
  int key() const { return key_; }
  /// Where it is on its way to the pitch of its key, in octaves above 440 Hz.
  float octaves() const { return octaves_; }
  std::uint32_t order() const { return order_; }

  void Snapshot(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  void SetFilter(const Patch& patch);
  void Tune(const Patch& patch);
  template <bool kMoving>
  void RenderMix(const Patch& patch, const MixStretch& stretch, int frames, float* left,
                 float* right);

  std::uint8_t key_ = 60;
  bool fresh_ = false;             // began since the last Render: its filter is not set yet
  float loud_ = 0;                 // of its velocity
  float pan_ = 0;                  // -1..1
  float octaves_ = 0, slide_ = 0;  // pitch, and by how much it moves per control period
  std::uint16_t periods_ = 0;      // until it is where its key is
  float level_ = 1, fade_ = 0;     // falls once it leaves, by a share per sample
  std::uint32_t order_ = 0;
  Envelope amp_, filter_;
  Phase osc1_, osc2_, sub_;
  LowPass stage1_, stage2_;
  LowPass::Coefficients coefficients1_, coefficients2_;
};

}  // namespace continuo::dsp
