// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/convolver.h"

#include <array>

#include "dsp/kernels/convolution.h"
#include "dsp/kernels/delay_line.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kPreDelay, kLevel, kMix, kParamCount };

constexpr float kMaxPreDelayMs = 250.0f;

constexpr ParamDescription kParams[] = {
    {"predelay", "ms", 0.0f, kMaxPreDelayMs, 0.0f,
     "Before the room answers, to the nearest sample; a new one is faded in.", Curve::kLinear,
     20.0f},
    {"level", "dB", -60.0f, 24.0f, 0.0f, "Of the room.", Curve::kLinear, 10.0f},
    {"mix", "", 0.0f, 1.0f, 0.3f, "0 is dry, 1 is the room only.", Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

constexpr int FramesOf(float ms) {
  return static_cast<int>(ms * (kSampleRate / 1000.0f) + 0.5f);
}

class Convolver final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    if (config.channels > 2 || config.assets.size() != 1) return false;
    channels_ = config.channels;
    params_.Reset(config.params);
    // One further sample: the newest one is the first that can be read.
    for (int c = 0; c < channels_; ++c) {
      lines_[c].Prepare(arena, FramesOf(kMaxPreDelayMs) + 1, FramesOf(params_[kPreDelay]) + 1);
    }
    level_.Reset(DbToGain(params_[kLevel]));
    mix_.Reset(params_[kMix]);
    return convolution_.Prepare(arena, channels_, config.assets[0]);
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) {
      for (int i = 0; i < block.frames; ++i) {
        lines_[c].Push(block.in[c][i]);
        block.out[c][i] = lines_[c].Read();
      }
    }
    convolution_.Process(block.n, block.out, block.frames);
    for (int i = 0; i < block.frames; ++i) {
      const float mix = mix_.Next(), level = level_.Next();
      for (int c = 0; c < channels_; ++c) {
        const float in = block.in[c][i], wet = level * block.out[c][i];
        block.out[c][i] = Clean(in + mix * (wet - in));
      }
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kPreDelay) {
      for (int c = 0; c < channels_; ++c) lines_[c].GoTo(FramesOf(event.value) + 1);
    }
    if (event.target == kLevel) level_.GoTo(DbToGain(event.value));
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    level_.Snapshot(out);
    mix_.Snapshot(out);
    for (int c = 0; c < channels_; ++c) lines_[c].Snapshot(out);
    convolution_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && level_.Restore(in) && mix_.Restore(in);
    for (int c = 0; c < channels_; ++c) ok = ok && lines_[c].Restore(in);
    return ok && convolution_.Restore(in);
  }

 private:
  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp level_, mix_;
  std::array<DelayLine, 2> lines_;
  Convolution convolution_;
};

}  // namespace

constinit const KernelDescription kConvolver = {
    .kind = "convolver",
    .help = "Sound in a recorded room: convolution with an impulse response of up to 10 s.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 1,
    .assets_max = 1,
    .latency_frames = 0,
    .tail_frames = static_cast<int>(Convolution::kMaxImpulse) + FramesOf(kMaxPreDelayMs),
    .snapshot_version = 1,
    .cost_ns_per_frame = 155,
    .params = kParams,
    .bytes = sizeof(Convolver),
    .create = CreateKernel<Convolver>,
};

}  // namespace continuo::dsp
