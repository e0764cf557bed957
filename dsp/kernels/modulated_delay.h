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
    Settings settings = Next();
    for (int i = 0; i < block.frames;) {
      const bool four = settings.apart && block.frames - i >= kLanes;
      if (four) {
        Compute<kLanes>(block, i, settings);
      } else {
        Compute<1>(block, i, settings);
      }
      const int count = four ? kLanes : 1;
      lfo_.Advance(static_cast<std::uint32_t>(count));
      i += count;
      if (!Moving()) continue;
      for (Wind* ramp : {&depth_, &delay_, &spread_}) ramp->Skip(count);
      for (Ramp* ramp : {&feedback_, &mix_}) ramp->Skip(count);
      settings = Next();
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
  bool Moving() const {
    return depth_.moving() || delay_.moving() || spread_.moving() || feedback_.moving() ||
           mix_.moving();
  }

  /// Of four samples.
  struct Settings {
    Lanes middle, reach, feedback, mix;
    std::array<std::array<LaneTurns, kVoices>, 2> offsets;  // of each channel's voices
    bool apart;                                             // none of the four can hear the first
  };
  Settings Next() const CONTINUO_REALTIME {
    Settings settings;
    settings.reach = 0.5f * Next(depth_);
    settings.middle = Next(delay_) + settings.reach;
    settings.feedback = Next(feedback_);
    settings.mix = Next(mix_);
    const Lanes spread =
        0.5f * LargerLanes(SmallerLanes(Next(spread_), AllLanes(1.0f)), AllLanes(0.0f));
    for (int c = 0; c < channels_; ++c) {
      for (int v = 0; v < kVoices; ++v) {
        constexpr float kApart = 1.0f / kVoices;
        Lanes offset = AllLanes(static_cast<float>(v) * kApart);
        if (c > 0) offset += spread;
        offset -= KeepLanes(AllLanes(1.0f), offset >= 1.0f);
        settings.offsets[c][v] = Lfo::TurnsOf(offset);
      }
    }
    constexpr float kNearest = FractionalLine::kNearest + kLanes;
    settings.apart = AllHold(settings.middle - 1.01f * settings.reach >= kNearest);
    return settings;
  }

  /// Four samples, or the first of them.
  template <int kCount>
  void Compute(const Block& block, int at, const Settings& settings) CONTINUO_REALTIME {
    // A place waits for its wave, what is read waits for its place: so all of one kind before the next.
    std::array<std::array<Lanes, kVoices>, 2> places;
    for (int c = 0; c < channels_; ++c) {
      for (int v = 0; v < kVoices; ++v) {
        places[c][v] = settings.middle + settings.reach * lfo_.At(settings.offsets[c][v]);
      }
    }
    for (int c = 0; c < channels_; ++c) {
      Lanes wet = {};
      for (int v = 0; v < kVoices; ++v) wet += lines_[c].Read(places[c][v]);
      wet *= 1.0f / kVoices;
      const float* const in = block.in[c] + at;
      float* const out = block.out[c] + at;
      const Lanes dry = kCount == kLanes ? LoadLanes(in) : AllLanes(*in);
      lines_[c].template Push<kCount>(dry + settings.feedback * wet);
      const Lanes heard = CleanLanes(dry + settings.mix * (wet - dry));
      if constexpr (kCount == kLanes) {
        StoreLanes(heard, out);
      } else {
        *out = heard[0];
      }
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
