// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>

#include "dsp/kernels/lfo.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

/// A line of samples that is read between them, by a polynomial of third degree through the four around (Lagrange;
/// Laakso and others, "Splitting the unit delay", IEEE SPM 13, 1996). It is exact for whole distances; midway between
/// two samples, where it is worst, it loses 0.04 dB at 5 kHz, 0.54 dB at 10 kHz, 2.5 dB at 15 kHz. It never amplifies,
/// so feedback below 1 dies away.
class FractionalLine {
 public:
  static constexpr int kSize = 4096;
  static constexpr float kNearest = 2.0f, kFarthest = kSize - 4.0f;

  void Prepare(Arena& arena) {
    samples_ = arena.Take<float>(kSize);
    at_ = 0;
  }
  /// What was pushed `distance` samples ago, kNearest..kFarthest. Before Push.
  float Read(float distance) const CONTINUO_REALTIME {
    const float within = std::clamp(distance, kNearest, kFarthest);
    const int whole = static_cast<int>(within);
    const float t = within - static_cast<float>(whole);
    const float a = Tap(whole - 1), b = Tap(whole), c = Tap(whole + 1), d = Tap(whole + 2);
    const float below = t + 1.0f, before = t - 1.0f, beyond = t - 2.0f;
    return (b * (below * before * beyond) - c * (below * t * beyond)) * 0.5f +
           (d * (below * t * before) - a * (t * before * beyond)) * (1.0f / 6.0f);
  }
  void Push(float sample) CONTINUO_REALTIME {
    samples_[at_] = Clean(sample);
    at_ = (at_ + 1) & (kSize - 1);
  }
  void Snapshot(ByteWriter& out) const {
    out.F32s(samples_ + at_, static_cast<std::size_t>(kSize - at_));
    out.F32s(samples_, static_cast<std::size_t>(at_));
  }
  bool Restore(ByteReader& in) {
    at_ = 0;
    return ReadFinite(in, samples_, kSize);
  }

 private:
  float Tap(int ago) const { return samples_[(at_ - ago) & (kSize - 1)]; }

  float* samples_ = nullptr;
  int at_ = 0;  // where the next sample goes
};

/// How long a new time takes to be wound to.
inline constexpr int kWindFrames = 24'000;
inline constexpr float kWindMs = kWindFrames * 1000.0f / kSampleRate;

/// What chorus and flanger are: delays that move, as many as there are voices, evenly spread over the wave of one slow
/// oscillator; their mean is heard beside the dry signal, and fed back. Times are wound to, as on a tape, since a bent
/// pitch is what this effect is made of.
template <const auto& kParams, int kVoices>
class ModulatedDelay final : public Kernel {
 public:
  enum Param : std::uint16_t { kRate, kDepth, kDelay, kSpread, kFeedback, kMix, kParamCount };
  static_assert(std::size(kParams) == kParamCount);

  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset();
    lfo_.Reset(params_[kRate]);
    for (int c = 0; c < std::min(channels_, 2); ++c) lines_[c].Prepare(arena);
    depth_.Reset(FramesOf(params_[kDepth]));
    delay_.Reset(FramesOf(params_[kDelay]));
    spread_.Reset(params_[kSpread]);
    feedback_.Reset(params_[kFeedback]);
    mix_.Reset(params_[kMix]);
    return channels_ <= 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int i = 0; i < block.frames; ++i) {
      const float half = 0.5f * depth_.Next(), middle = delay_.Next() + half;
      const float spread = 0.5f * std::clamp(spread_.Next(), 0.0f, 1.0f);
      const float feedback = feedback_.Next(), mix = mix_.Next();
      for (int c = 0; c < channels_; ++c) {
        float wet = 0.0f;
        for (int v = 0; v < kVoices; ++v) {
          constexpr float kApart = 1.0f / kVoices;
          const float offset = static_cast<float>(v) * kApart + (c == 0 ? 0.0f : spread);
          wet += lines_[c].Read(middle + half * lfo_.At(offset >= 1.0f ? offset - 1.0f : offset));
        }
        wet *= 1.0f / kVoices;
        const float in = block.in[c][i];
        lines_[c].Push(in + feedback * wet);
        block.out[c][i] = Clean(in + mix * (wet - in));
      }
      lfo_.Advance(1);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kRate) lfo_.SetRate(event.value);
    if (event.target == kDepth) depth_.GoTo(FramesOf(event.value));
    if (event.target == kDelay) delay_.GoTo(FramesOf(event.value));
    if (event.target == kSpread) spread_.GoTo(event.value);
    if (event.target == kFeedback) feedback_.GoTo(event.value);
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    lfo_.Snapshot(out);
    for (const Wind* ramp : {&depth_, &delay_, &spread_}) ramp->Snapshot(out);
    for (const Ramp* ramp : {&feedback_, &mix_}) ramp->Snapshot(out);
    for (int c = 0; c < channels_; ++c) lines_[c].Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && lfo_.Restore(in);
    for (Wind* ramp : {&depth_, &delay_, &spread_}) ok = ramp->Restore(in) && ok;
    for (Ramp* ramp : {&feedback_, &mix_}) ok = ramp->Restore(in) && ok;
    for (int c = 0; c < channels_; ++c) ok = ok && lines_[c].Restore(in);
    return ok;
  }

 private:
  using Wind = RampOf<kWindFrames>;

  static float FramesOf(float ms) { return ms * (kSampleRate / 1000.0f); }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Lfo lfo_;
  Wind depth_, delay_, spread_;
  Ramp feedback_, mix_;
  std::array<FractionalLine, 2> lines_;
};

}  // namespace continuo::dsp
