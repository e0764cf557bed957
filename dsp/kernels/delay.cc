// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/delay.h"

#include <array>

#include "dsp/kernels/delay_line.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kLeft, kRight, kFeedback, kCross, kDamping, kMix, kParamCount };

constexpr float kMaxMs = 2000.0f;

constexpr ParamDescription kParams[] = {
    {"left", "ms", 1.0f, kMaxMs, 375.0f, "Time of the left side, to the nearest sample."},
    {"right", "ms", 1.0f, kMaxMs, 500.0f, "Time of the right side."},
    {"feedback", "", 0.0f, 0.95f, 0.35f, "Share of each repeat that is repeated again."},
    {"cross", "", 0.0f, 1.0f, 0.0f, "Share of the feedback that changes sides; 1 is ping-pong."},
    {"damping", "Hz", 200.0f, 20000.0f, 6000.0f,
     "Each further repeat loses the treble above this."},
    {"mix", "", 0.0f, 1.0f, 0.3f, "0 is dry, 1 is repeats only."},
};
static_assert(std::size(kParams) == kParamCount);

int FramesOf(float ms) {
  return static_cast<int>(ms * (kSampleRate / 1000.0f) + 0.5f);
}

/// Coefficient of the one-pole low pass with that corner.
float LowPassOf(float hz) {
  return 1.0f - Exp(hz * (-2.0f * kPi / kSampleRate));
}

class Delay final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset();
    for (int c = 0; c < channels_; ++c) {
      lines_[c].Prepare(arena, FramesOf(kMaxMs), FramesOf(params_[kLeft + c]));
      dark_[c] = 0;
    }
    feedback_.Reset(params_[kFeedback]);
    cross_.Reset(params_[kCross]);
    low_pass_.Reset(LowPassOf(params_[kDamping]));
    mix_.Reset(params_[kMix]);
    return channels_ <= 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int i = 0; i < block.frames; ++i) {
      const float low_pass = low_pass_.Next();
      const float feedback = feedback_.Next(), cross = cross_.Next(), mix = mix_.Next();
      float wet[2] = {};
      for (int c = 0; c < channels_; ++c) {
        wet[c] = lines_[c].Read();
        dark_[c] = Clean(dark_[c] + low_pass * (wet[c] - dark_[c]));
      }
      for (int c = 0; c < channels_; ++c) {
        const float other = dark_[channels_ - 1 - c];
        const float in = block.in[c][i];
        lines_[c].Push(in + feedback * (dark_[c] + cross * (other - dark_[c])));
        block.out[c][i] = Clean(in + mix * (wet[c] - in));
      }
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target < channels_) lines_[event.target].GoTo(FramesOf(event.value));
    if (event.target == kFeedback) feedback_.GoTo(event.value);
    if (event.target == kCross) cross_.GoTo(event.value);
    if (event.target == kDamping) low_pass_.GoTo(LowPassOf(event.value));
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (const Ramp* ramp : {&feedback_, &cross_, &low_pass_, &mix_}) ramp->Snapshot(out);
    for (int c = 0; c < channels_; ++c) {
      out.F32(dark_[c]);
      lines_[c].Snapshot(out);
    }
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    for (Ramp* ramp : {&feedback_, &cross_, &low_pass_, &mix_}) ok = ramp->Restore(in) && ok;
    for (int c = 0; c < channels_; ++c)
      ok = ReadFinite(in, &dark_[c], 1) && lines_[c].Restore(in) && ok;
    return ok;
  }

 private:
  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp feedback_, cross_, low_pass_, mix_;
  std::array<DelayLine, 2> lines_;
  std::array<float, 2> dark_{};  // low-passed repeats
};

}  // namespace

constinit const KernelDescription kDelay = {
    .kind = "delay",
    .help = "Stereo echoes with a time for each side.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 700 * 96000,  // 0.95^673 < 1e-15, at 2 s each
    .snapshot_version = 1,
    .cost_ns_per_frame = 12,
    .params = kParams,
    .bytes = sizeof(Delay),
    .create = CreateKernel<Delay>,
};

}  // namespace continuo::dsp
