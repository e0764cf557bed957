// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/phaser.h"

#include <algorithm>
#include <array>

#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/lfo.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t {
  kRate,
  kDepth,
  kCentre,
  kStages,
  kSpread,
  kFeedback,
  kMix,
  kParamCount
};

constexpr int kMaxStages = 12;
constexpr int kGlidePeriods = 64;
constexpr float kGlideMs = kGlidePeriods * kControlFrames * 1000.0f / kSampleRate;

constexpr ParamDescription kParams[] = {
    {"rate", "Hz", 0.02f, 10.0f, 0.3f, "Of the slow wave that moves the notches.", Curve::kLog},
    {"depth", "oct", 0.0f, 4.0f, 2.0f, "How far they move, up and down together.", Curve::kLinear,
     kGlideMs},
    {"centre", "Hz", 50.0f, 8000.0f, 700.0f, "Around which they move.", Curve::kLog, kGlideMs},
    {"stages", "", 2.0f, kMaxStages, 6.0f, "All-passes; two of them make a notch.", Curve::kStep,
     10.0f},
    {"spread", "", 0.0f, 1.0f, 0.25f, "How far the wave of the right side lags; 1 is half a wave.",
     Curve::kLinear, kGlideMs},
    {"feedback", "", -0.95f, 0.95f, 0.3f, "Sharpens what is between the notches.", Curve::kLinear,
     10.0f},
    {"mix", "", 0.0f, 1.0f, 0.5f, "0 is dry, 1 is the chain only.", Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

int StagesOf(float value) {
  return std::clamp(static_cast<int>(value + 0.5f), 2, kMaxStages);
}

/// All-passes of first order in a row, integrated by the trapezoidal rule; all turn by a quarter at one frequency,
/// which moves in a straight line between control periods.
struct Chain {
  std::array<float, kMaxStages> memory{};
  float share = 0, step = 0;  // g / (1 + g), and what it gains per sample
  float wet = 0;              // of the last sample: feedback takes one sample

  /// `tap(stage)` weighs what leaves each stage.
  template <typename Tap>
  void Tick(float in, int stages, Tap tap) {
    float x = in, sum = 0.0f;
    for (int s = 0; s < stages; ++s) {
      const float v = share * (x - memory[s]), low = v + memory[s];
      memory[s] = Clean(low + v);
      x = 2.0f * low - x;
      sum += tap(s + 1) * x;
    }
    share += step;
    wet = Clean(sum);
  }
  void Snapshot(ByteWriter& out) const {
    for (const float value : memory) out.F32(value);
    for (const float value : {share, step, wet}) out.F32(value);
  }
  bool Restore(ByteReader& in) {
    float values[3] = {};
    const bool ok = ReadFinite(in, memory.data(), kMaxStages) && ReadFinite(in, values, 3);
    share = values[0];
    step = values[1];
    wet = values[2];
    return ok && share >= 0.0f && share <= 1.0f && Abs(step) <= 1.0f / kControlFrames;
  }
};

class Phaser final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    lfo_.Reset(params_[kRate]);
    depth_.Reset(params_[kDepth]);
    centre_.Reset(Log2(params_[kCentre]));
    spread_.Reset(params_[kSpread]);
    feedback_.Reset(params_[kFeedback]);
    mix_.Reset(params_[kMix]);
    from_ = to_ = wanted_ = StagesOf(params_[kStages]);
    fade_.Reset(1.0f);
    for (int c = 0; c < std::min(channels_, 2); ++c) {
      chains_[c] = {};
      chains_[c].share = ShareOf(c);
    }
    return channels_ <= 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      if (ControlPhase(n) == 0) BeginPeriod();
      for (int i = at; i < at + frames; ++i) Tick(block, i);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kRate) lfo_.SetRate(event.value);
    if (event.target == kDepth) depth_.GoTo(event.value);
    if (event.target == kCentre) centre_.GoTo(Log2(event.value));
    if (event.target == kStages) wanted_ = StagesOf(event.value);
    if (event.target == kSpread) spread_.GoTo(event.value);
    if (event.target == kFeedback) feedback_.GoTo(event.value);
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    lfo_.Snapshot(out);
    for (const Glide* ramp : {&depth_, &centre_, &spread_}) ramp->Snapshot(out);
    for (const Ramp* ramp : {&feedback_, &mix_, &fade_}) ramp->Snapshot(out);
    out.Le(static_cast<std::uint8_t>(from_));
    out.Le(static_cast<std::uint8_t>(to_));
    for (int c = 0; c < channels_; ++c) chains_[c].Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && lfo_.Restore(in);
    for (Glide* ramp : {&depth_, &centre_, &spread_}) ok = ramp->Restore(in) && ok;
    for (Ramp* ramp : {&feedback_, &mix_, &fade_}) ok = ramp->Restore(in) && ok;
    from_ = in.Le<std::uint8_t>();
    to_ = in.Le<std::uint8_t>();
    wanted_ = StagesOf(params_[kStages]);
    ok = ok && std::min(from_, to_) >= 2 && std::max(from_, to_) <= kMaxStages;
    for (int c = 0; c < channels_; ++c) ok = ok && chains_[c].Restore(in);
    return ok;
  }

 private:
  using Glide = RampOf<kGlidePeriods>;

  /// Where the wave has taken the chain of a channel.
  float ShareOf(int channel) const {
    const float spread = 0.5f * std::clamp(spread_.now(), 0.0f, 1.0f);
    const float wave = lfo_.At(channel == 0 ? 0.0f : spread);
    const float octave = centre_.now() + 0.5f * depth_.now() * wave;
    const float angle = std::clamp(Exp2(octave), 10.0f, 20000.0f) * (kPi / kSampleRate);
    const float g = Sin(angle) / Cos(angle);
    return g / (1.0f + g);
  }

  /// Moves on to where the wave will be when this period ends.
  void BeginPeriod() CONTINUO_REALTIME {
    lfo_.Advance(kControlFrames);
    for (Glide* ramp : {&depth_, &centre_, &spread_}) ramp->Next();
    for (int c = 0; c < channels_; ++c) {
      chains_[c].step = (ShareOf(c) - chains_[c].share) * (1.0f / kControlFrames);
    }
  }

  void Tick(const Block& block, int i) CONTINUO_REALTIME {
    if (!fade_.moving() && wanted_ != to_) {
      from_ = to_;
      to_ = wanted_;
      for (Chain& chain : chains_) {
        for (int s = from_; s < to_; ++s) chain.memory[s] = 0.0f;
      }
      fade_.Reset(0.0f);
      fade_.GoTo(1.0f);
    }
    const int stages = fade_.moving() ? std::max(from_, to_) : to_;
    const float fade = fade_.Next(), feedback = feedback_.Next(), mix = mix_.Next();
    const auto tap = [&](int stage) {
      return (stage == to_ ? fade : 0.0f) + (stage == from_ ? 1.0f - fade : 0.0f);
    };
    for (int c = 0; c < channels_; ++c) {
      Chain& chain = chains_[c];
      const float in = block.in[c][i];
      chain.Tick(in + feedback * chain.wet, stages, tap);
      block.out[c][i] = Clean(in + mix * (chain.wet - in));
    }
  }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Lfo lfo_;
  Glide depth_, centre_, spread_;
  Ramp feedback_, mix_;
  Ramp fade_;              // from one number of stages to another
  int from_ = 2, to_ = 2;  // these
  int wanted_ = 2;         // waits for the end of the fade
  std::array<Chain, 2> chains_;
};

}  // namespace

constinit const KernelDescription kPhaser = {
    .kind = "phaser",
    .help = "A phaser of 2 to 12 stages.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = -1,
    .snapshot_version = 1,
    .cost_ns_per_frame = 36,
    .params = kParams,
    .bytes = sizeof(Phaser),
    .create = CreateKernel<Phaser>,
};

}  // namespace continuo::dsp
