// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/svf.h"
#include "dsp/kernels/svf_group.h"

namespace continuo::dsp {

/// What a band of the equaliser does, as its parameter `type` counts.
enum class EqType : std::uint8_t {
  kBell,
  kLowShelf,
  kHighShelf,
  kLowCut,   ///< 12 dB per octave
  kHighCut,  ///< 12 dB per octave
  kNotch,
  kTilt,  ///< raises the treble by half the gain and lowers the bass by as much
  kOff,   ///< no value of the parameter: the band is switched off
};
inline constexpr int kEqTypes = 7;

/// `frequency` in Hz, gain in dB; cuts and notches have none.
SvfShape EqShape(EqType type, float frequency, float gain_db, float q);

/// One filter whose settings glide: its parameters move once per control period, and its shape in a straight line
/// between two periods, so that no step is heard. 64 periods are 21 ms. Another type is reached as well: any mixture of
/// two shapes is a stable filter. A band that is off, or flat, is skipped, and begins from rest when it is needed
/// again; nothing of it is heard at that moment, since it weighs nothing yet. One at rest computes four samples at a
/// time; whether it rests is said for a whole control period.
class EqBand {
 public:
  enum Param { kType, kFrequency, kGain, kQ, kOn, kPerBand };

  /// `memories`: of each channel. `params`: kPerBand values.
  void Prepare(SvfGroup::Memory* memories, const float* params);
  /// `params` as they are now, of which `param` was changed.
  void GoTo(int param, const float* params) CONTINUO_REALTIME;
  /// At the start of each control period.
  void BeginPeriod(int channels) CONTINUO_REALTIME;
  /// Nothing moves, and nothing has to before a parameter does: control periods need not begin.
  bool AtRest() const { return !gliding_ && wanted_ == type_ && !Moving(); }
  /// Nothing would come out but what goes in: Process() need not be called.
  bool Idle() const { return !gliding_ && shape_.IsFlat(); }
  /// In place, `frames` samples from `at` on, the first of which is sample n. Within one control period, unless it is
  /// at rest. Samples are finite, and 0 or not tiny; so is what comes out.
  void Process(float* const* samples, int channels, MediaTime n, int at,
               int frames) CONTINUO_REALTIME;

  void Snapshot(ByteWriter& out, int channels) const;
  bool Restore(ByteReader& in, int channels, const float* params);

 private:
  SvfShape Target() const;
  bool Moving() const {
    return log2_frequency_.moving() || gain_.moving() || q_.moving() || blend_.moving();
  }
  void Glide(float* const* samples, int channels, int at, int frames) CONTINUO_REALTIME;

  SvfGroup::Memory* memories_ = nullptr;
  EqType type_ = EqType::kOff;    // where the blend leads
  EqType wanted_ = EqType::kOff;  // taken up when the next control period begins
  RampOf<64> log2_frequency_, gain_, q_, blend_;
  SvfShape from_;  // where the last change of type began
  SvfShape shape_, step_;
  bool gliding_ = false;
  SvfGroup group_;  // of shape_, unless it glides
};

}  // namespace continuo::dsp
