// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/eq.h"

#include <algorithm>
#include <array>

#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/svf.h"

namespace continuo::dsp {
namespace {

constexpr int kBands = 4;
enum BandParam { kFrequency, kGain, kQ, kPerBand };

constexpr ParamDescription Frequency(const char* name, float initial) {
  return {name, "Hz", 20.0f, 20000.0f, initial, "Where the band works."};
}
constexpr ParamDescription GainOf(const char* name) {
  return {name, "dB", -24.0f, 24.0f, 0.0f, "Boost or cut."};
}
constexpr ParamDescription Q(const char* name) {
  return {name, "", 0.1f, 10.0f, 0.7f, "Narrowness of a peak, steepness of a shelf."};
}

constexpr ParamDescription kParams[] = {
    Frequency("low.freq", 120.0f),   GainOf("low.gain"),  Q("low.q"),
    Frequency("mid1.freq", 500.0f),  GainOf("mid1.gain"), Q("mid1.q"),
    Frequency("mid2.freq", 2500.0f), GainOf("mid2.gain"), Q("mid2.q"),
    Frequency("high.freq", 8000.0f), GainOf("high.gain"), Q("high.q"),
};
static_assert(std::size(kParams) == kBands * kPerBand);

SvfShape ShapeOf(int band, float log2_frequency, float gain_db, float q) {
  const float frequency = Exp2(log2_frequency);
  if (band == 0) return LowShelf(frequency, gain_db, q);
  if (band == kBands - 1) return HighShelf(frequency, gain_db, q);
  return Peak(frequency, gain_db, q);
}

void Write(ByteWriter& out, const SvfShape& s) {
  for (const float value : {s.g, s.k, s.input, s.band, s.low}) out.F32(value);
}

bool Read(ByteReader& in, SvfShape& s) {
  float values[5];
  const bool ok = ReadFinite(in, values, 5);
  s = {values[0], values[1], values[2], values[3], values[4]};
  return ok;
}

/// One filter whose settings glide: its parameters move once per control period, and its shape in a straight line
/// between two periods, so that no step is heard. 64 periods are 21 ms.
class Band {
 public:
  void Prepare(int index, SvfState* states, const float* params) {
    index_ = index;
    states_ = states;
    log2_frequency_.Reset(Log2(params[kFrequency]));
    gain_.Reset(params[kGain]);
    q_.Reset(params[kQ]);
    shape_ = Target();
    step_ = {0, 0, 0, 0, 0};
    gliding_ = false;
  }

  void GoTo(int param, float value) {
    if (param == kFrequency) log2_frequency_.GoTo(Log2(value));
    if (param == kGain) gain_.GoTo(value);
    if (param == kQ) q_.GoTo(value);
  }

  /// At the start of each control period.
  void BeginPeriod() CONTINUO_REALTIME {
    if (gliding_) shape_ = Target();
    gliding_ = log2_frequency_.moving() || gain_.moving() || q_.moving();
    if (!gliding_) return;
    log2_frequency_.Next();
    gain_.Next();
    q_.Next();
    const SvfShape to = Target();
    constexpr float kShare = 1.0f / kControlFrames;
    step_ = {(to.g - shape_.g) * kShare, (to.k - shape_.k) * kShare,
             (to.input - shape_.input) * kShare, (to.band - shape_.band) * kShare,
             (to.low - shape_.low) * kShare};
  }

  /// In place, within one control period.
  void Process(float* const* samples, int channels, int at, int frames) CONTINUO_REALTIME {
    if (!gliding_) {
      const SvfCoefficients coefficients(shape_);
      for (int c = 0; c < channels; ++c) {
        SvfState state = states_[c];
        float* x = samples[c] + at;
        for (int i = 0; i < frames; ++i) x[i] = state.Tick(coefficients, x[i]);
        states_[c] = state;
      }
      return;
    }
    for (int i = at; i < at + frames; ++i) {
      const SvfCoefficients coefficients(shape_);
      for (int c = 0; c < channels; ++c)
        samples[c][i] = states_[c].Tick(coefficients, samples[c][i]);
      shape_.Add(step_);
    }
  }

  void Snapshot(ByteWriter& out, int channels) const {
    log2_frequency_.Snapshot(out);
    gain_.Snapshot(out);
    q_.Snapshot(out);
    out.Le(static_cast<std::uint8_t>(gliding_));
    Write(out, shape_);
    Write(out, step_);
    for (int c = 0; c < channels; ++c) {
      out.F32(states_[c].s1);
      out.F32(states_[c].s2);
    }
  }

  bool Restore(ByteReader& in, int channels) {
    bool ok = log2_frequency_.Restore(in) && gain_.Restore(in) && q_.Restore(in);
    const auto gliding = in.Le<std::uint8_t>();
    gliding_ = gliding == 1;
    ok = ok && gliding <= 1 && Read(in, shape_) && Read(in, step_) && shape_.g > 0 && shape_.k > 0;
    for (int c = 0; c < channels; ++c) {
      float memory[2];
      ok = ReadFinite(in, memory, 2) && ok;
      states_[c] = {memory[0], memory[1]};
    }
    return ok;
  }

 private:
  SvfShape Target() const { return ShapeOf(index_, log2_frequency_.now(), gain_.now(), q_.now()); }

  int index_ = 0;
  SvfState* states_ = nullptr;  // of each channel
  RampOf<64> log2_frequency_, gain_, q_;
  SvfShape shape_, step_;
  bool gliding_ = false;
};

class Eq final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset();
    for (int b = 0; b < kBands; ++b) {
      const float initial[kPerBand] = {params_[b * kPerBand], params_[b * kPerBand + 1],
                                       params_[b * kPerBand + 2]};
      bands_[b].Prepare(b, arena.Take<SvfState>(channels_), initial);
    }
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) std::copy_n(block.in[c], block.frames, block.out[c]);
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      for (Band& band : bands_) {
        if (ControlPhase(n) == 0) band.BeginPeriod();
        band.Process(block.out, channels_, at, frames);
      }
    });
    for (int c = 0; c < channels_; ++c) {
      for (int i = 0; i < block.frames; ++i) block.out[c][i] = Clean(block.out[c][i]);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (params_.Apply(event))
      bands_[event.target / kPerBand].GoTo(event.target % kPerBand, event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (const Band& band : bands_) band.Snapshot(out, channels_);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    for (Band& band : bands_) ok = band.Restore(in, channels_) && ok;
    return ok;
  }

 private:
  int channels_ = 0;
  ParamValues<kParams> params_;
  std::array<Band, kBands> bands_;
};

}  // namespace

constinit const KernelDescription kEq = {
    .kind = "eq",
    .help = "An equaliser of four bands: low shelf, two peaks, high shelf.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 0,
    .snapshot_version = 1,
    .cost_ns_per_frame = 40,
    .params = kParams,
    .bytes = sizeof(Eq),
    .create = CreateKernel<Eq>,
};

}  // namespace continuo::dsp
