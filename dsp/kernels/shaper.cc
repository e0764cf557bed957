// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/shaper.h"

#include <algorithm>
#include <array>

#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/oversampler.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/shaper_curves.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kCurve, kDrive, kLevel, kOversampling, kMix, kParamCount };

constexpr int kStages = OversamplerTaps::kStages;
constexpr int kLatency = OversamplerTaps::kLatency[kStages];
constexpr int kMost = Oversampler::kMostFrames;

/// Another rate is taken up in a gap: out, silence while the filters fill, in again. `gap_` counts down.
constexpr int kFadeFrames = 480, kFillFrames = 100;
constexpr int kGapBegins = 2 * kFadeFrames + kFillFrames, kGapSwitches = kFadeFrames + kFillFrames;
constexpr int kNotBegun = kGapBegins + 1;  // before the first sample there is nothing to fade
constexpr float kGapMs = kGapBegins * 1000.0f / kSampleRate;

constexpr ParamDescription kParams[] = {
    {"curve", "", 0.0f, kShaperCurves - 1, 0.0f,
     "0 soft, 1 hard, 2 tube (softer above than below), 3 fold.", Curve::kStep, 10.0f},
    {"drive", "dB", -24.0f, 48.0f, 12.0f, "How hard the curve is driven.", Curve::kLinear, 10.0f},
    {"level", "dB", -48.0f, 24.0f, 0.0f, "Of what was shaped.", Curve::kLinear, 10.0f},
    {"oversampling", "", 0.0f, kStages, 2.0f,
     "0 none, 1 twice, 2 four times, 3 eight times the rate; the latency stays.", Curve::kStep,
     kGapMs},
    {"mix", "", 0.0f, 1.0f, 1.0f, "0 is dry, 1 is shaped only.", Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

int Choice(float value, int most) {
  return std::clamp(static_cast<int>(value + 0.5f), 0, most);
}

static_assert(kMost == kControlFrames);
/// Between places that are apart.
void Copy(const float* from, int frames, float* to) {
  if (frames == kMost) {
    CopyPeriod(from, to);
  } else {
    std::copy_n(from, frames, to);
  }
}

/// The last samples of a signal, for delays of up to kLatency.
class Past {
 public:
  void Reset() {
    samples_ = {};
    end_ = kLatency;
  }
  /// In place, at most kMost samples.
  void Delay(float* samples, int frames, int delay) {
    if (end_ + frames > kRoom) {
      std::copy_n(samples_.data() + end_ - kLatency, kLatency, samples_.data());
      end_ = kLatency;
    }
    Copy(samples, frames, samples_.data() + end_);
    Copy(samples_.data() + end_ - delay, frames, samples);
    end_ += frames;
  }
  void Snapshot(ByteWriter& out) const { out.F32s(samples_.data() + end_ - kLatency, kLatency); }
  bool Restore(ByteReader& in) {
    end_ = kLatency;
    return ReadFinite(in, samples_.data(), kLatency);
  }

 private:
  static constexpr int kRoom = kLatency + 12 * kMost;

  std::array<float, kRoom> samples_{};
  int end_ = kLatency;
};

/// Takes away what is below 5 Hz: a curve that is not symmetric makes an offset.
struct DcBlock {
  float offset = 0;

  void Next(float& sample) {
    constexpr float kShare = 2.0f * kPi * 5.0f / kSampleRate;
    const float x = sample;
    sample = x - offset;
    offset = (1.0f - kShare) * offset + kShare * x;
  }
};

/// What one channel remembers.
struct Channel {
  Oversampler oversampler;
  DcBlock dc;
  Past dry, wet;

  void Reset() {
    oversampler.Reset();
    dc = {};
    wet.Reset();
  }
};

class Shaper final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    taps_ = arena.Take<OversamplerTaps>();
    lines_ = arena.Take<Channel>(static_cast<std::size_t>(channels_));
    if (taps_ != nullptr) taps_->Design();
    from_ = to_ = wanted_ = ToCurve(params_[kCurve]);
    fade_.Reset(1.0f);
    stages_ = Choice(params_[kOversampling], kStages);
    gap_ = kNotBegun;
    drive_.Reset(DbToGain(params_[kDrive]));
    level_.Reset(DbToGain(params_[kLevel]));
    mix_.Reset(params_[kMix]);
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int at = 0; at < block.frames;) {
      BeginFades();
      int frames = std::min(block.frames - at, kMost);
      if (gap_ > kGapSwitches) frames = std::min(frames, gap_ - kGapSwitches);
      if (gap_ > 0) frames = std::min(frames, gap_);
      if (fade_.moving()) frames = 1;  // while curves are crossfaded
      Stretch(block, at, frames);
      at += frames;
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kCurve) wanted_ = ToCurve(event.value);
    if (event.target == kDrive) drive_.GoTo(DbToGain(event.value));
    if (event.target == kLevel) level_.GoTo(DbToGain(event.value));
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (const Ramp* ramp : {&fade_, &drive_, &level_, &mix_}) ramp->Snapshot(out);
    for (const int value : {static_cast<int>(from_), static_cast<int>(to_), stages_}) {
      out.Le(static_cast<std::uint8_t>(value));
    }
    out.Le(static_cast<std::uint16_t>(gap_));
    for (int c = 0; c < channels_; ++c) {
      lines_[c].oversampler.Snapshot(*taps_, out);
      out.F32(lines_[c].dc.offset);
      lines_[c].dry.Snapshot(out);
      lines_[c].wet.Snapshot(out);
    }
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    for (Ramp* ramp : {&fade_, &drive_, &level_, &mix_}) ok = ramp->Restore(in) && ok;
    const int from = in.Le<std::uint8_t>(), to = in.Le<std::uint8_t>();
    stages_ = in.Le<std::uint8_t>();
    gap_ = in.Le<std::uint16_t>();
    if (!ok || std::max(from, to) >= kShaperCurves || stages_ > kStages || gap_ > kNotBegun) {
      return false;
    }
    from_ = static_cast<ShaperCurve>(from);
    to_ = static_cast<ShaperCurve>(to);
    wanted_ = ToCurve(params_[kCurve]);
    for (int c = 0; c < channels_; ++c) {
      ok = ok && lines_[c].oversampler.Restore(*taps_, in) &&
           ReadFinite(in, &lines_[c].dc.offset, 1) && lines_[c].dry.Restore(in) &&
           lines_[c].wet.Restore(in);
    }
    return ok;
  }

 private:
  static ShaperCurve ToCurve(float value) {
    return static_cast<ShaperCurve>(Choice(value, kShaperCurves - 1));
  }
  /// Curves are crossfaded one after the other; so are rates, in gaps.
  void BeginFades() CONTINUO_REALTIME {
    const int stages = Choice(params_[kOversampling], kStages);
    if (gap_ == kNotBegun) {
      from_ = to_ = wanted_;
      stages_ = stages;
      gap_ = 0;
    }
    if (!fade_.moving() && wanted_ != to_) {
      from_ = to_;
      to_ = wanted_;
      fade_.Reset(0.0f);
      fade_.GoTo(1.0f);
    }
    if (gap_ == 0 && stages != stages_) gap_ = kGapBegins;
    if (gap_ == kGapSwitches) {
      stages_ = stages;
      for (int c = 0; c < channels_; ++c) lines_[c].Reset();
    }
  }

  /// The level within the gap; then one sample on.
  float NextGap() {
    const int left = gap_--;
    constexpr float kStep = 1.0f / kFadeFrames;
    if (left > kGapSwitches) return static_cast<float>(left - kGapSwitches) * kStep;
    return left > kFadeFrames ? 0.0f : 1.0f - static_cast<float>(left) * kStep;
  }

  void Stretch(const Block& block, int at, int frames) CONTINUO_REALTIME {
    float drive[kMost], level[kMost], mix[kMost];
    const bool fading = fade_.moving();
    const float fade = fade_.Next();
    drive_.Fill(drive, frames);
    level_.Fill(level, frames);
    mix_.Fill(mix, frames);
    for (int i = 0; gap_ > 0 && i < frames; ++i) level[i] *= NextGap();
    const auto shape = [&](float* samples, int count) {
      if (!fading) return Shape(to_, samples, count);
      float sums[kMost << kStages];
      std::fill_n(sums, count, 0.0f);
      AddShaped(to_, samples, count, fade, sums);
      AddShaped(from_, samples, count, 1.0f - fade, sums);
      std::copy_n(sums, count, samples);
    };
    for (int c = 0; c < channels_; c += 2) {
      const int count = std::min(channels_ - c, 2);
      float dry[2][kMost], wet[2][kMost];
      for (int k = 0; k < count; ++k) {
        const float* const in = block.in[c + k] + at;
        for (int i = 0; i < frames; ++i) {
          dry[k][i] = Clean(in[i]);
          wet[k][i] = std::clamp(dry[k][i] * drive[i], -1e6f, 1e6f);
        }
        lines_[c + k].oversampler.Process(*taps_, stages_, wet[k], frames, shape);
      }
      BlockDc(block.n + at, lines_ + c, wet, count, frames);
      for (int k = 0; k < count; ++k) {
        Channel& line = lines_[c + k];
        line.wet.Delay(wet[k], frames, kLatency - OversamplerTaps::kLatency[stages_]);
        line.dry.Delay(dry[k], frames, kLatency);
        float* const out = block.out[c + k] + at;
        for (int i = 0; i < frames; ++i) {
          out[i] = Clean(dry[k][i] + mix[i] * (level[i] * wet[k][i] - dry[k][i]));
        }
      }
    }
  }

  /// Of one or two channels: each waits for its own last sample, so two take as long as one. An offset is flushed where
  /// a control period begins.
  static void BlockDc(MediaTime n, Channel* lines, float (*samples)[kMost], int count,
                      int frames) CONTINUO_REALTIME {
    for (int i = 0; i < frames;) {
      const int phase = ControlPhase(n + i);
      const int end = std::min(frames, i + kControlFrames - phase);
      for (int k = 0; phase == 0 && k < count; ++k) lines[k].dc.offset = Clean(lines[k].dc.offset);
      if (count == 2) {
        DcBlock left = lines[0].dc, right = lines[1].dc;
        for (; i < end; ++i) {
          left.Next(samples[0][i]);
          right.Next(samples[1][i]);
        }
        lines[0].dc = left;
        lines[1].dc = right;
      } else {
        for (; i < end; ++i) lines[0].dc.Next(samples[0][i]);
      }
    }
  }

  int channels_ = 0;
  ParamValues<kParams> params_;
  OversamplerTaps* taps_ = nullptr;
  Channel* lines_ = nullptr;
  ShaperCurve from_ = ShaperCurve::kSoft, to_ = ShaperCurve::kSoft;
  ShaperCurve wanted_ = ShaperCurve::kSoft;  // waits for the end of the fade
  Ramp fade_;                                // from one curve to the other
  int stages_ = 0;
  int gap_ = 0;  // samples left of the gap in which `stages_` changes
  Ramp drive_, level_, mix_;
};

}  // namespace

constinit const KernelDescription kShaper = {
    .kind = "shaper",
    .help = "A waveshaper: soft, hard, tube-like or folding, with oversampling.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = kLatency,
    .tail_frames = -1,
    .snapshot_version = 1,
    .cost_ns_per_frame = 86,
    .params = kParams,
    .bytes = sizeof(Shaper),
    .create = CreateKernel<Shaper>,
};

}  // namespace continuo::dsp
