// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/reverb.h"

#include <array>

#include "dsp/base/lanes.h"
#include "dsp/kernels/delay_line.h"
#include "dsp/kernels/diffuser.h"
#include "dsp/kernels/fdn.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kSize, kDecay, kDamping, kPredelay, kMix, kParamCount };

constexpr float kMaxPredelayMs = 250.0f;

constexpr ParamDescription kParams[] = {
    {"size", "", 0.2f, 1.0f, 0.6f,
     "Of the room: 0.2 is a chamber, 1 a cathedral. Moving it bends what sounds.", Curve::kLinear,
     400.0f},
    {"decay", "s", 0.1f, 30.0f, 2.0f, "Time in which low and middle frequencies lose 60 dB.",
     Curve::kLog, 21.4f},
    {"damping", "", 0.0f, 1.0f, 0.5f, "How much sooner treble dies; 1 is ten times sooner.",
     Curve::kLinear, 21.4f},
    {"predelay", "ms", 0.0f, kMaxPredelayMs, 20.0f, "Silence before the reverberation.",
     Curve::kLinear, 20.0f},
    {"mix", "", 0.0f, 1.0f, 0.3f, "0 is dry, 1 is reverberation only (for a send).", Curve::kLinear,
     10.0f},
};
static_assert(std::size(kParams) == kParamCount);

/// The line's shortest distance is one sample, which no ear misses.
int FramesOf(float ms) {
  const int frames = static_cast<int>(ms * (kSampleRate / 1000.0f) + 0.5f);
  return frames < 1 ? 1 : frames;
}

class Reverb final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    params_.Reset(config.params);
    for (int side = 0; side < 2; ++side) {
      predelays_[side].Prepare(arena, FramesOf(kMaxPredelayMs), FramesOf(params_[kPredelay]));
      diffusers_[side].Prepare(arena, side);
    }
    network_.Prepare(arena, RoomSettings());
    mix_.Reset(params_[kMix]);
    return config.channels == 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      // What is known of most stretches when this is compiled need not be asked of each.
      if (frames == kControlFrames) {
        Reverberate(block, n, at, kControlFrames);
      } else {
        Reverberate(block, n, at, frames);
      }
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kMix) {
      mix_.GoTo(event.value);
    } else if (event.target == kPredelay) {
      for (DelayLine& line : predelays_) line.GoTo(FramesOf(event.value));
    } else {
      network_.GoTo(RoomSettings());
    }
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    mix_.Snapshot(out);
    for (const DelayLine& line : predelays_) line.Snapshot(out);
    for (const Diffuser& diffuser : diffusers_) diffuser.Snapshot(out);
    network_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && mix_.Restore(in);
    for (DelayLine& line : predelays_) ok = ok && line.Restore(in);
    for (Diffuser& diffuser : diffusers_) ok = ok && diffuser.Restore(in);
    return ok && network_.Restore(in);
  }

 private:
  using Stretch = std::array<float, kControlFrames>;

  [[gnu::always_inline]] void Reverberate(const Block& block, MediaTime n, int at,
                                          int frames) CONTINUO_REALTIME {
    Stretch in[2] = {}, wet[2];
    for (int side = 0; side < 2; ++side) {
      predelays_[side].Exchange(block.in[side] + at, in[side].data(), frames);
      diffusers_[side].Process(in[side].data(), frames);
    }
    const float* const ins[] = {in[0].data(), in[1].data()};
    float* const wets[] = {wet[0].data(), wet[1].data()};
    network_.Process(n, frames, ins, wets);
    Stretch mix;
    mix_.Fill(mix.data(), frames);
    for (int side = 0; side < 2; ++side) {
      const float* const dry = block.in[side] + at;
      float* const out = block.out[side] + at;
      const int whole = frames - frames % kLanes;
      for (int i = 0; i < whole; i += kLanes) {
        const Lanes x = LoadLanes(dry + i);
        const Lanes difference = LoadLanes(&wet[side][i]) - x;
        StoreLanes(CleanLanes(x + LoadLanes(&mix[i]) * difference), out + i);
      }
      for (int i = whole; i < frames; ++i) {
        out[i] = Clean(dry[i] + mix[i] * (wet[side][i] - dry[i]));
      }
    }
  }

  FeedbackDelayNetwork::Settings RoomSettings() const {
    return {params_[kSize], params_[kDecay], params_[kDamping]};
  }

  ParamValues<kParams> params_;
  Ramp mix_;
  std::array<DelayLine, 2> predelays_;
  std::array<Diffuser, 2> diffusers_;
  FeedbackDelayNetwork network_;
};

}  // namespace

constinit const KernelDescription kReverb = {
    .kind = "reverb",
    .help = "A hall with size, decay and damping.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 2,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 200 * kSampleRate,  // five to six times the longest decay: beyond 300 dB
    .snapshot_version = 3,
    .cost_ns_per_frame = 24,
    .params = kParams,
    .bytes = sizeof(Reverb),
    .create = CreateKernel<Reverb>,
};

}  // namespace continuo::dsp
