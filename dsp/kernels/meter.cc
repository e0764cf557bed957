// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/meter.h"

#include <algorithm>
#include <array>

#include "dsp/base/quick_math.h"
#include "dsp/kernels/channel_meter.h"
#include "dsp/kernels/k_weighting.h"
#include "dsp/kernels/loudness.h"
#include "dsp/kernels/param_values.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kRestart, kSurround, kLoudness, kParamCount };

constexpr ParamDescription kParams[] = {
    {"restart", "", 0.0f, 1.0f, 0.0f,
     "Set to 1: integrated loudness, range and highest true peak begin anew.", Curve::kStep},
    {"surround", "", 0.0f, 1.0f, 0.0f,
     "1: six channels are L R C LFE Ls Rs and weighted for loudness; 0: all alike.", Curve::kStep},
    {"loudness", "", 0.0f, 1.0f, 1.0f,
     "0: neither loudness nor true peaks are measured, which is nearly all it costs; they read "
     "silence. With 1 they begin anew.",
     Curve::kStep},
};
static_assert(std::size(kParams) == kParamCount);

constexpr ReadingDescription kReadings[] = {
    {"peak", "dBFS", "Highest sample lately.", true, true},
    {"rms", "dBFS", "Over 300 ms; a sine of full scale reads 0 (AES17).", true},
    {"true_peak", "dBTP", "Highest lately, between the samples too.", true, true},
    {"momentary", "LUFS", "Loudness of the last 400 ms."},
    {"short_term", "LUFS", "Loudness of the last 3 s."},
    {"integrated", "LUFS",
     "Loudness since the restart, without pauses and quiet parts (EBU R 128)."},
    {"range", "LU", "Between soft and loud passages since the restart (EBU Tech 3342)."},
    {"max_true_peak", "dBTP", "Highest of all channels since the restart."},
};

constexpr float kDbPerOctave = 6.0205999f;
constexpr float kCrestOfSine = 1.41421356f;
constexpr int kSurroundChannels = 6;
/// ITU-R BS.1770-4, Annex 1, table 3; the effects channel is not heard.
constexpr float kSurroundWeights[kSurroundChannels] = {1.0f, 1.0f, 1.0f, 0.0f, 1.41f, 1.41f};

float DbOf(float magnitude) {
  constexpr float kSilence = 6.3e-8f;
  if (!(magnitude > kSilence)) return kSilenceDb;
  return std::max(kSilenceDb, kDbPerOctave * QuickLog2(magnitude));
}

class Meter final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    for (ChannelMeter& channel : meters_) channel.Reset();
    weighting_.Prepare(channels_);
    loudness_.Prepare(arena);
    power_ = {};
    highest_ = 0.0f;
    is_loudness_ = params_.IsOn(kLoudness);
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) {
      std::transform(block.in[c], block.in[c] + block.frames, block.out[c], Clean);
    }
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      if (ControlPhase(n) == 0) BeginPeriod(n);
      for (int c = 0; c < channels_; ++c) meters_[c].AddLevels(block.out[c] + at, frames);
      if (is_loudness_) MeasureLoudness(block, at, frames);
      if ((n + frames) % RecentPeak::kPeriod == 0) EndTenth();
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kRestart && params_.IsOn(kRestart)) {
      loudness_.Restart();
      highest_ = 0.0f;
    }
    if (is_loudness_ && !params_.IsOn(kLoudness)) ForgetLoudness();
    is_loudness_ = params_.IsOn(kLoudness);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    for (int c = 0; c < channels_; ++c) meters_[c].Snapshot(out);
    weighting_.Snapshot(out);
    power_.Snapshot(out);
    out.F32(highest_);
    loudness_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    is_loudness_ = params_.IsOn(kLoudness);
    for (int c = 0; c < channels_; ++c) ok = ok && meters_[c].Restore(in);
    ok = ok && weighting_.Restore(in) && power_.Restore(in);
    highest_ = in.F32();
    return ok && highest_ >= 0.0f && highest_ <= TruePeak::kLoudest && loudness_.Restore(in);
  }

  void Read(std::span<float> out) const CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) {
      out[c] = DbOf(meters_[c].peak());
      out[channels_ + c] = DbOf(kCrestOfSine * Sqrt(meters_[c].mean_square()));
      out[2 * channels_ + c] = DbOf(meters_[c].true_peak());
    }
    float* one = out.data() + 3 * channels_;
    *one++ = loudness_.Momentary();
    *one++ = loudness_.ShortTerm();
    *one++ = loudness_.Integrated();
    *one++ = loudness_.Range();
    *one = DbOf(highest_);
  }

 private:
  void BeginPeriod(MediaTime n) CONTINUO_REALTIME {
    power_.BeginPeriod();
    for (int c = 0; c < channels_; ++c) meters_[c].BeginPeriod();
    if (is_loudness_ && n % RecentPeak::kPeriod == 0) loudness_.BeginTenth();
  }
  void EndTenth() CONTINUO_REALTIME {
    if (is_loudness_) loudness_.EndTenth(power_.TakeMean());
    for (int c = 0; c < channels_; ++c) meters_[c].EndTenth();
  }

  void MeasureLoudness(const Block& block, int at, int frames) CONTINUO_REALTIME {
    for (int c = 0; c < channels_; ++c) {
      highest_ = std::max(highest_, meters_[c].AddTruePeaks(block.out[c] + at, frames, highest_));
    }
    Weigh(block, at, frames);
  }
  /// What nobody measures any more is as it was before the first sample.
  void ForgetLoudness() CONTINUO_REALTIME {
    for (ChannelMeter& channel : meters_) channel.ForgetTruePeaks();
    weighting_.Prepare(channels_);
    loudness_.Reset();
    power_ = {};
    highest_ = 0.0f;
  }

  /// What loudness is made of: the channels' K-weighted squares, sample by sample.
  void Weigh(const Block& block, int at, int frames) CONTINUO_REALTIME {
    KWeighting::Weighted weighted;
    weighting_.Process(block.out, at, frames, weighted);
    SumOfSquares power = power_;
    if (params_.IsOn(kSurround) && channels_ == kSurroundChannels) {
      for (int i = 0; i < frames; ++i) {
        for (int c = 0; c < channels_; ++c) power.Add(weighted[c][i], kSurroundWeights[c]);
      }
    } else {
      for (int i = 0; i < frames; ++i) {
        for (int c = 0; c < channels_; ++c) power.Add(weighted[c][i]);
      }
    }
    power_ = power;
  }

  int channels_ = 0;
  ParamValues<kParams> params_;
  bool is_loudness_ = true;  // measured
  std::array<ChannelMeter, kMaxChannels> meters_;
  KWeighting weighting_;
  SumOfSquares power_;
  float highest_ = 0;
  Loudness loudness_;
};

}  // namespace

constinit const KernelDescription kMeter = {
    .kind = "meter",
    .help = "Passes everything through, and says how loud it is.",
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
    .snapshot_version = 2,
    .cost_ns_per_frame = 37,
    .params = kParams,
    .bytes = sizeof(Meter),
    .create = CreateKernel<Meter>,
    .readings = kReadings,
};

}  // namespace continuo::dsp
