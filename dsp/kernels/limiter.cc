// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/limiter.h"

#include <algorithm>
#include <array>

#include "dsp/base/quick_math.h"
#include "dsp/kernels/brick_wall.h"
#include "dsp/kernels/look_ahead.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"
#include "dsp/kernels/recent_peak.h"
#include "dsp/kernels/true_peak.h"

namespace continuo::dsp {
namespace {

constexpr int kLookAhead = TruePeak::kReach + BrickWall::kDelay;
constexpr float kDbPerOctave = 6.0205999f;
/// What a peak may hide from its meter, and what a gain in motion may add between two samples: 0.1 dB.
constexpr float kMargin = 0.98855f;

enum Param : std::uint16_t { kGain_, kCeiling, kRelease, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -24.0f, 24.0f, 0.0f, "In front of it.", Curve::kLinear, 10.0f},
    {"ceiling", "dBTP", -24.0f, 0.0f, -1.0f,
     "No peak up to 22 kHz comes out above, on or between samples.", Curve::kLinear, 10.0f},
    {"release", "ms", 1.0f, 1000.0f, 100.0f, "Time constant of its return.", Curve::kLog},
};
static_assert(std::size(kParams) == kParamCount);

constexpr ReadingDescription kReadings[] = {
    {"reduction", "dB", "The most that was taken away lately.", false, true},
};

class Limiter final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    drive_.Reset(DbToGain(params_[kGain_]));
    ceiling_.Reset(DbToGain(params_[kCeiling]));
    for (TruePeak& peak : peaks_) peak.Reset();
    wall_.Reset();
    wall_.SetRelease(params_[kRelease]);
    delay_.Prepare(arena, channels_, kLookAhead);
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      reduction_.BeginStretch(n);
      Stretch gain;
      const bool loud = Listen(block, at, frames, gain);
      if (!loud && wall_.IsSteady()) {
        Report(wall_.SteadyGain());
        Attenuate(block, at, frames, wall_.SteadyGain());
        return;
      }
      if (!loud) gain.fill(1.0f);
      wall_.Process(n, frames, gain);
      Report(*std::min_element(gain.begin(), gain.begin() + frames));
      for (int c = 0; c < channels_; ++c) Multiply(block.out[c] + at, gain.data(), frames);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kGain_) drive_.GoTo(DbToGain(event.value));
    if (event.target == kCeiling) ceiling_.GoTo(DbToGain(event.value));
    if (event.target == kRelease) wall_.SetRelease(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    drive_.Snapshot(out);
    ceiling_.Snapshot(out);
    for (int c = 0; c < channels_; ++c) peaks_[c].Snapshot(out);
    wall_.Snapshot(out);
    reduction_.Snapshot(out);
    delay_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && drive_.Restore(in) && ceiling_.Restore(in) &&
              drive_.Within(0.0f, 20.0f) && ceiling_.Within(0.0f, 1.0f);
    for (int c = 0; c < channels_; ++c) ok = ok && peaks_[c].Restore(in);
    wall_.SetRelease(params_[kRelease]);
    return ok && wall_.Restore(in) && reduction_.Restore(in) && delay_.Restore(in);
  }

  void Read(std::span<float> out) const CONTINUO_REALTIME override { out[0] = reduction_.value(); }

 private:
  using Stretch = std::array<float, kControlFrames>;

  void Report(float least) CONTINUO_REALTIME { reduction_.Add(-kDbPerOctave * QuickLog2(least)); }
  /// What comes out of the delay is clean.
  void Attenuate(const Block& block, int at, int frames, float gain) CONTINUO_REALTIME {
    if (gain == 1.0f) return;
    for (int c = 0; c < channels_; ++c) {
      Multiply(block.out[c] + at, gain, block.out[c] + at, frames);
    }
  }

  /// Drives all channels through the delay, and says what gain the loudest of them needs. False: 1, which is not
  /// written.
  bool Listen(const Block& block, int at, int frames, Stretch& gain) CONTINUO_REALTIME {
    Stretch drive, driven, peaks, most, loudest = {};
    const bool resting = !drive_.moving() && !ceiling_.moving();
    float interest = std::min(1.0f, kMargin * ceiling_.now());
    if (!resting) {
      drive_.Fill(drive.data(), frames);
      for (int i = 0; i < frames; ++i) {
        most[i] = kMargin * ceiling_.Next();
        interest = std::min(interest, most[i]);
      }
    } else {
      most.fill(kMargin * ceiling_.now());
    }
    bool loud = false;
    for (int c = 0; c < channels_; ++c) {
      if (resting) {
        Multiply(block.in[c] + at, drive_.now(), driven.data(), frames);
      } else {
        std::copy_n(block.in[c] + at, frames, driven.begin());
        Multiply(driven.data(), drive.data(), frames);
      }
      delay_.Exchange(c, driven.data(), block.out[c] + at, frames);
      if (!peaks_[c].Process(driven.data(), frames, interest, peaks)) continue;
      loud = true;
      for (int i = 0; i < frames; ++i) loudest[i] = std::max(loudest[i], peaks[i]);
    }
    delay_.Advance(frames);
    if (!loud) return false;
    for (int i = 0; i < frames; ++i) {
      gain[i] = loudest[i] > most[i] ? most[i] / loudest[i] : 1.0f;
    }
    return true;
  }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp drive_, ceiling_;
  std::array<TruePeak, kMaxChannels> peaks_;
  BrickWall wall_;
  RecentPeak reduction_;
  LookAhead delay_;
};

}  // namespace

constinit const KernelDescription kLimiter = {
    .kind = "limiter",
    .help =
        "Keeps true peaks below a ceiling, with one gain for all channels. Its output is 1.7 ms "
        "late.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = kLookAhead,
    .tail_frames = kLookAhead,
    .snapshot_version = 1,
    .cost_ns_per_frame = 29,
    .params = kParams,
    .bytes = sizeof(Limiter),
    .create = CreateKernel<Limiter>,
    .readings = kReadings,
};

}  // namespace continuo::dsp
