// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/compressor.h"

#include <array>
#include <span>

#include "dsp/kernels/compression.h"
#include "dsp/kernels/key.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/look_ahead.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/quick_arrays.h"
#include "dsp/kernels/recent_peak.h"
#include "dsp/kernels/smooth_peak.h"

namespace continuo::dsp {
namespace {

constexpr int kLookAhead = FramesOfMs(1);
constexpr float kRmsShare = 0.002081164701f;  // 1 - exp(-1 / (10 ms * kSampleRate))
constexpr float kSilence = 1e-8f;

enum Param : std::uint16_t {
  kThreshold,
  kRatio,
  kKnee,
  kAttack,
  kRelease,
  kMakeup,
  kDetector,
  kHighPass,
  kMix,
  kParamCount
};

constexpr ParamDescription kParams[] = {
    {"threshold", "dBFS", -60.0f, 0.0f, -18.0f, "Level of the key above which it works.",
     Curve::kLinear, 10.0f},
    {"ratio", "", 1.0f, 20.0f, 3.0f, "Decibels that come in for one that goes out, above the knee.",
     Curve::kLog, 10.0f},
    {"knee", "dB", 0.0f, 24.0f, 6.0f, "Width of the bend around the threshold.", Curve::kLinear,
     10.0f},
    {"attack", "ms", 0.1f, 200.0f, 10.0f, "Time to 63 % of what is to be taken away, in dB.",
     Curve::kLog},
    {"release", "ms", 5.0f, 3000.0f, 120.0f,
     "Time constant of the return; the attack's adds to it.", Curve::kLog},
    {"makeup", "dB", -24.0f, 24.0f, 0.0f, "Gain behind it.", Curve::kLinear, 10.0f},
    {"detector", "", 0.0f, 1.0f, 0.0f, "0 hears peaks, 1 the RMS over 10 ms, between both.",
     Curve::kLinear, 10.0f},
    {"key.highpass", "Hz", 0.0f, Key::kMaxHighPass, 0.0f,
     "The key is heard from here on, so that basses do not pump; 0: all of it.", Curve::kLinear,
     10.0f},
    {"mix", "", 0.0f, 1.0f, 1.0f, "0 is dry, 1 is compressed, between both in time.",
     Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

constexpr ReadingDescription kReadings[] = {
    {"reduction", "dB", "The most that was taken away lately, without the make-up.", false, true},
};

class Compressor final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    key_port_ = config.input_ports - 1;
    params_.Reset(config.params);
    key_.Prepare(channels_, params_[kHighPass]);
    delay_.Prepare(arena, channels_, kLookAhead);
    curve_.Reset(params_[kThreshold], params_[kRatio], params_[kKnee]);
    makeup_.Reset(CompressionCurve::kOctavesPerDb * params_[kMakeup]);
    rms_.Reset(params_[kDetector]);
    mix_.Reset(params_[kMix]);
    mean_square_ = 0.0f;
    peak_.Reset();
    SetTimes();
    return key_port_ >= 0;
  }

  /// What is done to a stretch waits for itself most of the time; so each part of it is done to all stretches of the
  /// block before the next one is.
  void Process(const Block& block) CONTINUO_REALTIME override {
    Passage passage;
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      passage.stretches[passage.count++] = {n, at, frames};
      if (at + frames < block.frames && passage.count < passage.stretches.size()) return;
      Compress(block, passage);
      passage.count = 0;
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kThreshold) curve_.GoToThreshold(event.value);
    if (event.target == kRatio) curve_.GoToRatio(event.value);
    if (event.target == kKnee) curve_.GoToKnee(event.value);
    if (event.target == kMakeup) makeup_.GoTo(CompressionCurve::kOctavesPerDb * event.value);
    if (event.target == kDetector) rms_.GoTo(event.value);
    if (event.target == kHighPass) key_.GoTo(event.value);
    if (event.target == kMix) mix_.GoTo(event.value);
    if (event.target == kAttack || event.target == kRelease) SetTimes();
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    key_.Snapshot(out);
    curve_.Snapshot(out);
    for (const Ramp* ramp : {&makeup_, &rms_, &mix_}) ramp->Snapshot(out);
    out.F32(mean_square_);
    peak_.Snapshot(out);
    reduction_.Snapshot(out);
    delay_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && key_.Restore(in) && curve_.Restore(in);
    for (Ramp* ramp : {&makeup_, &rms_, &mix_}) ok = ok && ramp->Restore(in);
    ok = ok && makeup_.Within(-4.0f, 4.0f) && rms_.Within(0.0f, 1.0f) && mix_.Within(0.0f, 1.0f);
    mean_square_ = in.F32();
    ok = ok && mean_square_ >= 0.0f && mean_square_ <= 2.0f * Key::kLoudest * Key::kLoudest;
    SetTimes();
    return ok && peak_.Restore(in) && reduction_.Restore(in) && delay_.Restore(in);
  }

  void Read(std::span<float> out) const CONTINUO_REALTIME override {
    out[0] = CompressionCurve::kDbPerOctave * reduction_.value();
  }

 private:
  /// What lies in one control period, from sample `at` of the block on.
  struct Stretch {
    MediaTime n;
    int at, frames;
  };
  /// Stretches of a block: what is to be taken away of each, then what is. In `floats` their levels, then gains.
  struct Passage {
    std::size_t count = 0;
    std::array<Stretch, kPeriodsAtOnce> stretches;
    std::array<LaneGroups, kPeriodsAtOnce> values;
    std::array<ControlStretch, kPeriodsAtOnce> floats;
  };
  static int SamplesOf(const Passage& passage) {
    return static_cast<int>(passage.count) * kControlFrames;
  }

  void Compress(const Block& block, Passage& passage) CONTINUO_REALTIME {
    Hear(block, passage);
    Follow(passage);
    SetGains(passage);
    for (std::size_t i = 0; i < passage.count; ++i) {
      // What is known of most stretches when this is compiled need not be asked of each.
      const Stretch& stretch = passage.stretches[i];
      if (stretch.frames == kControlFrames) {
        Amplify(block, stretch.at, kControlFrames, passage.floats[i]);
      } else {
        Amplify(block, stretch.at, stretch.frames, passage.floats[i]);
      }
    }
  }

  void Hear(const Block& block, Passage& passage) CONTINUO_REALTIME {
    std::array<ControlStretch, kPeriodsAtOnce>& levels = passage.floats;
    for (std::size_t i = 0; i < passage.count; ++i) {
      const auto [n, at, frames] = passage.stretches[i];
      ControlStretch& key = levels[i];
      key_.Process(block.in + key_port_ * channels_, at, frames, key);
      if (rms_.now() != 0.0f || rms_.moving()) {
        ToMean(key, frames);
      } else {
        mean_square_ = 0.0f;  // nobody asks for it
      }
    }
    QuickLog2All(levels.front().data(), SamplesOf(passage), kSilence);
    for (std::size_t i = 0; i < passage.count; ++i) {
      passage.values[i] = GroupsOf(levels[i]);
      curve_.Apply(passage.values[i], passage.stretches[i].frames);
    }
  }

  void Follow(Passage& passage) CONTINUO_REALTIME {
    for (std::size_t i = 0; i < passage.count;) {
      const auto [n, at, frames] = passage.stretches[i];
      std::size_t whole = 0;
      while (i + whole < passage.count && passage.stretches[i + whole].frames == kControlFrames) {
        ++whole;
      }
      if (whole > 0) {
        peak_.Process({&passage.values[i], whole});
        i += whole;
      } else {
        peak_.Process(n, frames, passage.values[i++]);
      }
    }
    for (std::size_t i = 0; i < passage.count; ++i) {
      reduction_.BeginStretch(passage.stretches[i].n);
      Report(passage.values[i]);
    }
  }

  void SetTimes() { peak_.SetTimes(params_[kAttack], params_[kRelease]); }

  /// The key's magnitude, between peak and RMS as the knob says.
  void ToMean(ControlStretch& key, int frames) CONTINUO_REALTIME {
    for (int i = 0; i < frames; ++i) {
      const float square = key[i] * key[i], share = rms_.Next();
      mean_square_ =
          share == 0.0f ? 0.0f : FlushTiny(mean_square_ + kRmsShare * (square - mean_square_));
      key[i] = Sqrt(square + share * (mean_square_ - square));
    }
  }

  void Report(const LaneGroups& taken) CONTINUO_REALTIME {
    const Lanes most =
        LargerLanes(LargerLanes(taken[0], taken[1]), LargerLanes(taken[2], taken[3]));
    if (AllHold(most <= reduction_.now())) return;
    for (int i = 0; i < kLanes; ++i) reduction_.Add(most[i]);
  }

  /// Of what is taken away.
  void SetGains(Passage& passage) CONTINUO_REALTIME {
    std::array<ControlStretch, kPeriodsAtOnce>& gains = passage.floats;
    for (std::size_t i = 0; i < passage.count; ++i) {
      LaneGroups values = GroupsOf(makeup_, passage.stretches[i].frames);
      for (int j = 0; j < kLanes; ++j) values[j] -= passage.values[i][j];
      gains[i] = StretchOf(values);
    }
    NarrowExp2All(gains.front().data(), SamplesOf(passage));
    if (!mix_.moving() && mix_.now() == 1.0f) return;
    for (std::size_t i = 0; i < passage.count; ++i) {
      for (int k = 0; k < passage.stretches[i].frames; ++k) {
        gains[i][k] += (1.0f - mix_.Next()) * (1.0f - gains[i][k]);
      }
    }
  }

  [[gnu::always_inline]] void Amplify(const Block& block, int at, int frames,
                                      const ControlStretch& gain) CONTINUO_REALTIME {
    for (int c = 0; c < channels_; ++c) {
      delay_.Exchange(c, block.in[c] + at, gain.data(), block.out[c] + at, frames);
    }
    delay_.Advance(frames);
  }

  int channels_ = 0;
  int key_port_ = 0;
  ParamValues<kParams> params_;
  Key key_;
  CompressionCurve curve_;
  SmoothPeak peak_;
  Ramp makeup_;  // octaves
  Ramp rms_, mix_;
  float mean_square_ = 0;
  RecentPeak reduction_;
  LookAhead delay_;
};

}  // namespace

constinit const KernelDescription kCompressor = {
    .kind = "compressor",
    .help =
        "Makes loud parts quieter; input port 2, if wired, is its key. Its output is 1 ms late.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 2,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = kLookAhead,
    .tail_frames = kLookAhead,
    .snapshot_version = 3,
    .cost_ns_per_frame = 5,
    .params = kParams,
    .bytes = sizeof(Compressor),
    .create = CreateKernel<Compressor>,
    .readings = kReadings,
};

}  // namespace continuo::dsp
