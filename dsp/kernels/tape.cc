// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/tape.h"

#include <array>

#include "dsp/kernels/delay_line.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kLength, kKeep, kMix, kParamCount };

constexpr float kMaxSeconds = 10.5f;

constexpr ParamDescription kParams[] = {
    {"length", "s", 0.1f, kMaxSeconds, 4.0f, "Of the loop, to the nearest sample.", Curve::kLog,
     20.0f},
    {"keep", "", 0.0f, 0.98f, 0.7f, "Share of what returns that is recorded again.", Curve::kLinear,
     10.0f},
    {"mix", "", 0.0f, 1.0f, 0.5f, "0 is dry, 1 is tape only.", Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

int FramesOf(float seconds) {
  return static_cast<int>(seconds * kSampleRate + 0.5f);
}

class Tape final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    for (int c = 0; c < channels_; ++c) {
      tracks_[c].Prepare(arena, FramesOf(kMaxSeconds), FramesOf(params_[kLength]));
    }
    keep_.Reset(params_[kKeep]);
    mix_.Reset(params_[kMix]);
    return channels_ <= 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int i = 0; i < block.frames; ++i) {
      const float keep = keep_.Next(), mix = mix_.Next();
      for (int c = 0; c < channels_; ++c) {
        const float in = block.in[c][i], played = tracks_[c].Read();
        tracks_[c].Push(in + keep * played);
        block.out[c][i] = Clean(in + mix * (played - in));
      }
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kLength) {
      for (int c = 0; c < channels_; ++c) tracks_[c].GoTo(FramesOf(event.value));
    }
    if (event.target == kKeep) keep_.GoTo(event.value);
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (const Ramp* ramp : {&keep_, &mix_}) ramp->Snapshot(out);
    for (int c = 0; c < channels_; ++c) tracks_[c].Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    for (Ramp* ramp : {&keep_, &mix_}) ok = ramp->Restore(in) && ok;
    for (int c = 0; c < channels_; ++c) ok = ok && tracks_[c].Restore(in);
    return ok;
  }

 private:
  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp keep_, mix_;
  std::array<DelayLine, 2> tracks_;
};

}  // namespace

constinit const KernelDescription kTape = {
    .kind = "tape",
    .help = "A loop of tape of up to ten seconds that is played over.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 1710 * 504000,  // 0.98^1710 < 1e-15, at 10.5 s each
    .snapshot_version = 1,
    .cost_ns_per_frame = 7,
    .params = kParams,
    .bytes = sizeof(Tape),
    .create = CreateKernel<Tape>,
};

}  // namespace continuo::dsp
