// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/eq.h"

#include <algorithm>
#include <array>

#include "dsp/base/lanes.h"
#include "dsp/kernels/eq_band.h"

namespace continuo::dsp {
namespace {

constexpr int kBands = 8;
constexpr int kPerBand = EqBand::kPerBand;
constexpr float kGlideMs = 64.0f * kControlFrames * 1000.0f / kSampleRate;

constexpr ParamDescription Type(const char* name, EqType initial) {
  return {name,
          "",
          0.0f,
          kEqTypes - 1,
          static_cast<float>(initial),
          "0 bell, 1 low shelf, 2 high shelf, 3 low cut, 4 high cut (12 dB/oct), 5 notch, 6 tilt.",
          Curve::kStep,
          kGlideMs};
}
constexpr ParamDescription Frequency(const char* name, float initial) {
  return {name, "Hz", 20.0f, 20000.0f, initial, "Where the band works.", Curve::kLog, kGlideMs};
}
constexpr ParamDescription GainOf(const char* name) {
  return {name,           "dB",
          -24.0f,         24.0f,
          0.0f,           "Boost or cut; of a tilt, the difference between treble and bass.",
          Curve::kLinear, kGlideMs};
}
constexpr ParamDescription Q(const char* name) {
  return {name,
          "",
          0.1f,
          24.0f,
          0.7f,
          "Narrowness of a bell or notch, steepness of a shelf, gain at the corner of a cut.",
          Curve::kLog,
          kGlideMs};
}
constexpr ParamDescription On(const char* name, float initial) {
  return {name,         "",      0.0f,
          1.0f,         initial, "0 takes the band out; one that is out or flat costs nothing.",
          Curve::kStep, kGlideMs};
}

// Two lines to each band.
// clang-format off
constexpr ParamDescription kParams[] = {
    Type("type.1", EqType::kLowCut), Frequency("freq.1", 40),
    GainOf("gain.1"), Q("q.1"), On("on.1", 0),
    Type("type.2", EqType::kLowShelf), Frequency("freq.2", 120),
    GainOf("gain.2"), Q("q.2"), On("on.2", 1),
    Type("type.3", EqType::kBell), Frequency("freq.3", 250),
    GainOf("gain.3"), Q("q.3"), On("on.3", 1),
    Type("type.4", EqType::kBell), Frequency("freq.4", 500),
    GainOf("gain.4"), Q("q.4"), On("on.4", 1),
    Type("type.5", EqType::kBell), Frequency("freq.5", 1200),
    GainOf("gain.5"), Q("q.5"), On("on.5", 1),
    Type("type.6", EqType::kBell), Frequency("freq.6", 3000),
    GainOf("gain.6"), Q("q.6"), On("on.6", 1),
    Type("type.7", EqType::kHighShelf), Frequency("freq.7", 8000),
    GainOf("gain.7"), Q("q.7"), On("on.7", 1),
    Type("type.8", EqType::kHighCut), Frequency("freq.8", 16000),
    GainOf("gain.8"), Q("q.8"), On("on.8", 0),
};
// clang-format on
static_assert(std::size(kParams) == kBands * kPerBand);

constexpr std::uint16_t ParamOf(int band, EqBand::Param param) {
  return static_cast<std::uint16_t>(band * kPerBand + param);
}
/// All bands are heard.
constexpr ParamAtWork kAtWork[] = {
    {ParamOf(0, EqBand::kOn), 1},   {ParamOf(1, EqBand::kGain), 3}, {ParamOf(2, EqBand::kGain), 3},
    {ParamOf(3, EqBand::kGain), 3}, {ParamOf(4, EqBand::kGain), 3}, {ParamOf(5, EqBand::kGain), 3},
    {ParamOf(6, EqBand::kGain), 3}, {ParamOf(7, EqBand::kOn), 1},
};
static_assert(std::size(kAtWork) == kBands);

class Eq final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    for (int b = 0; b < kBands; ++b) {
      bands_[b].Prepare(arena.Take<SvfGroup::Memory>(static_cast<std::size_t>(channels_)),
                        ParamsOf(b));
    }
    Rest();
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) Enter(block.in[c], block.out[c], block.frames);
    if (at_rest_) {
      for (int b = 0; b < busy_count_; ++b) {
        busy_[b]->Process(block.out, channels_, block.n, 0, block.frames);
      }
      return;
    }
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      for (EqBand& band : bands_) {
        if (ControlPhase(n) == 0) band.BeginPeriod(channels_);
        if (!band.Idle()) band.Process(block.out, channels_, n, at, frames);
      }
    });
    Rest();
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    const int band = event.target / kPerBand;
    bands_[band].GoTo(event.target % kPerBand, ParamsOf(band));
    at_rest_ = false;
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (const EqBand& band : bands_) band.Snapshot(out, channels_);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    for (int b = 0; ok && b < kBands; ++b) ok = bands_[b].Restore(in, channels_, ParamsOf(b));
    Rest();
    return ok;
  }

 private:
  /// Louder than this, 360 dB above full scale, is taken for it: eight bands make no infinity of it.
  static constexpr float kLoudest = 0x1p60f;

  static void Enter(const float* in, float* out, int frames) {
    int i = 0;
#ifndef CONTINUO_SCALAR_LANES
    for (; i + kLanes <= frames; i += kLanes) {
      const Lanes x = SmallerLanes(CleanLanes(LoadLanes(in + i)), AllLanes(kLoudest));
      StoreLanes(LargerLanes(x, AllLanes(-kLoudest)), out + i);
    }
#endif
    for (; i < frames; ++i) {
      out[i] = IsWithin(in[i], kLoudest) ? in[i] : std::clamp(Clean(in[i]), -kLoudest, kLoudest);
    }
  }
  void Rest() {
    at_rest_ = true;
    busy_count_ = 0;
    for (EqBand& band : bands_) {
      at_rest_ = at_rest_ && band.AtRest();
      if (!band.Idle()) busy_[busy_count_++] = &band;
    }
  }

  const float* ParamsOf(int band) const {
    return params_.data() + band * kPerBand;
  }

  int channels_ = 0;
  ParamValues<kParams> params_;
  std::array<EqBand, kBands> bands_;
  bool at_rest_ = false;  // all bands are: only the busy ones need to be asked
  std::array<EqBand*, kBands> busy_ = {};
  int busy_count_ = 0;
};

}  // namespace

constinit const KernelDescription kEq = {
    .kind = "eq",
    .help = "An equaliser of eight bands: bells, shelves, cuts, notches, tilts.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = -1,
    .snapshot_version = 3,
    .cost_ns_per_frame = 17,
    .params = kParams,
    .bytes = sizeof(Eq),
    .create = CreateKernel<Eq>,
    .at_work = kAtWork,
};

}  // namespace continuo::dsp
