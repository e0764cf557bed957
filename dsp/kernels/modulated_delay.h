// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>

#include "dsp/base/lanes.h"
#include "dsp/kernels/fractional_line.h"
#include "dsp/kernels/lfo.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

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
    params_.Reset(config.params);
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
    for (int i = 0; i < block.frames;) {
      const Lanes reach = 0.5f * Next(depth_), middle = Next(delay_) + reach;
      // Four samples at once, unless one of them may already hear the first.
      constexpr float kApart = FractionalLine::kNearest + kLanes;
      const Lanes nearest = middle - 1.01f * reach;
      const bool four = block.frames - i >= kLanes && AllHold(nearest >= kApart);
      const int count = four ? kLanes : 1;
      Compute(block, i, count, middle, reach);
      for (Wind* ramp : {&depth_, &delay_, &spread_}) ramp->Skip(count);
      for (Ramp* ramp : {&feedback_, &mix_}) ramp->Skip(count);
      lfo_.Advance(static_cast<std::uint32_t>(count));
      i += count;
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

  /// The values of this step and those behind it.
  template <typename AnyRamp>
  static Lanes Next(AnyRamp ramp) {
    if (!ramp.moving()) return AllLanes(ramp.now());
    std::array<float, kLanes> values;
    ramp.Fill(values.data(), kLanes);
    return LoadLanes(values.data());
  }

  /// The first `count` of four samples.
  void Compute(const Block& block, int at, int count, const Lanes& middle,
               const Lanes& reach) CONTINUO_REALTIME {
    const Lanes feedback = Next(feedback_), mix = Next(mix_);
    const Lanes spread =
        0.5f * LargerLanes(SmallerLanes(Next(spread_), AllLanes(1.0f)), AllLanes(0.0f));
    for (int c = 0; c < channels_; ++c) {
      Lanes wet = {};
      for (int v = 0; v < kVoices; ++v) {
        constexpr float kApart = 1.0f / kVoices;
        Lanes offset = AllLanes(static_cast<float>(v) * kApart);
        if (c > 0) offset += spread;
        offset -= KeepLanes(AllLanes(1.0f), offset >= 1.0f);
        wet += lines_[c].Read(middle + reach * lfo_.At(offset));
      }
      wet *= 1.0f / kVoices;
      std::array<float, kLanes> in = {}, out;
      std::copy_n(block.in[c] + at, count, in.begin());
      const Lanes dry = LoadLanes(in.data());
      lines_[c].Push(dry + feedback * wet, count);
      StoreLanes(CleanLanes(dry + mix * (wet - dry)), out.data());
      std::copy_n(out.begin(), count, block.out[c] + at);
    }
  }

  static float FramesOf(float ms) { return ms * (kSampleRate / 1000.0f); }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Lfo lfo_;
  Wind depth_, delay_, spread_;
  Ramp feedback_, mix_;
  std::array<FractionalLine, 2> lines_;
};

}  // namespace continuo::dsp
