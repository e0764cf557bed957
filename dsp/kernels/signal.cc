// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/signal.h"

#include <algorithm>
#include <array>

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/test_signal.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kShape, kFrequency, kLevel, kSweep, kParamCount };

constexpr float kFadeMs = 10.0f;

constexpr ParamDescription kParams[] = {
    {"shape", "", 0.0f, 5.0f, 0.0f,
     "0 sine, 1 sweep from 20 Hz to 20 kHz, 2 white noise, 3 pink noise, 4 impulses, 5 beeps that "
     "number the channels.",
     Curve::kStep, kFadeMs},
    {"frequency", "Hz", 1.0f, 20000.0f, 1000.0f, "Of sine and beeps; impulses per second.",
     Curve::kLog, kFadeMs},
    {"level", "dBFS", -120.0f, 0.0f, -18.0f, "Of peaks; of noise, that of a sine as loud (AES17).",
     Curve::kLinear, kFadeMs},
    {"sweep", "s", 0.1f, 60.0f, 10.0f, "Length of a sweep.", Curve::kLog, kFadeMs},
};
static_assert(std::size(kParams) == kParamCount);

/// The costliest.
constexpr ParamAtWork kAtWork[] = {{kShape, static_cast<float>(TestShape::kSweep)}};

using Settings = ParamValues<kParams>;

bool Same(const Settings& a, const Settings& b) {
  for (int param = 0; param < kParamCount; ++param) {
    if (a[param] != b[param]) return false;
  }
  return true;
}

/// A new setting is faded in while the old one is faded out; a later one waits for its end. So the state of it all is
/// which two signals are mixed, and neither of them has a past.
class Signal final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    key_ = config.seed;
    wanted_.Reset(config.params);
    from_ = to_ = wanted_;
    fade_ = 0;
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int at = 0; at < block.frames;) {
      if (fade_ == 0 && !Same(to_, wanted_)) {
        from_ = to_;
        to_ = wanted_;
        fade_ = kFade;
      }
      const int left = block.frames - at;
      const int frames = fade_ > 0 ? std::min(left, fade_) : left;
      Play(block, at, frames);
      fade_ -= fade_ > 0 ? frames : 0;
      at += frames;
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override { wanted_.Apply(event); }

  void Snapshot(ByteWriter& out) const override {
    for (const Settings* settings : {&wanted_, &from_, &to_}) settings->Snapshot(out);
    out.Le(static_cast<std::uint16_t>(fade_));
  }

  bool Restore(ByteReader& in) override {
    bool ok = true;
    for (Settings* settings : {&wanted_, &from_, &to_}) ok = settings->Restore(in) && ok;
    fade_ = in.Le<std::uint16_t>();
    return ok && in.ok() && fade_ <= kFade;
  }

 private:
  static constexpr int kFade = FramesOfMs(static_cast<std::int64_t>(kFadeMs));

  TestSignal SignalOf(const Settings& settings) const {
    return {.shape = static_cast<TestShape>(static_cast<int>(settings[kShape] + 0.5f)),
            .frequency = settings[kFrequency],
            .amplitude = DbToGain(settings[kLevel]),
            .sweep_s = settings[kSweep],
            .key = key_,
            .channels = channels_};
  }

  void Play(const Block& block, int at, int frames) CONTINUO_REALTIME {
    const TestSignal to = SignalOf(to_);
    for (int c = 0; c < channels_; ++c) {
      float* out = block.out[c] + at;
      if (c > 0 && to.IsAlike()) {
        std::copy_n(block.out[0] + at, frames, out);
      } else {
        to.Fill(c, block.n + at, frames, out);
      }
    }
    if (fade_ > 0) Fade(block, at, frames);
    for (int c = 0; c < channels_; ++c) {
      for (int i = at; i < at + frames; ++i) block.out[c][i] = Clean(block.out[c][i]);
    }
  }

  void Fade(const Block& block, int at, int frames) CONTINUO_REALTIME {
    const TestSignal from = SignalOf(from_);
    std::array<float, kMaxQuantum> old;
    for (int c = 0; c < channels_; ++c) {
      if (c == 0 || !from.IsAlike()) from.Fill(c, block.n + at, frames, old.data());
      for (int i = 0; i < frames; ++i) {
        const float share = static_cast<float>(fade_ - i) * (1.0f / kFade);
        float& out = block.out[c][at + i];
        out += share * (old[i] - out);
      }
    }
  }

  int channels_ = 0;
  std::uint64_t key_ = 0;
  Settings wanted_, from_, to_;
  int fade_ = 0;  // samples left
};

}  // namespace

constinit const KernelDescription kSignal = {
    .kind = "signal",
    .help = "Test signals: sine, sweep, noise, impulses, and beeps that number the channels.",
    .determinism = Determinism::kD0,
    .input_ports_min = 0,
    .input_ports_max = 0,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = -1,
    .snapshot_version = 1,
    .cost_ns_per_frame = 53,
    .params = kParams,
    .bytes = sizeof(Signal),
    .create = CreateKernel<Signal>,
    .at_work = kAtWork,
};

}  // namespace continuo::dsp
