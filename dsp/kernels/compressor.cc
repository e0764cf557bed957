// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/compressor.h"

#include <array>
#include <span>

#include "dsp/base/quick_math.h"
#include "dsp/kernels/compression.h"
#include "dsp/kernels/key.h"
#include "dsp/kernels/lane_groups.h"
#include "dsp/kernels/look_ahead.h"
#include "dsp/kernels/param_values.h"
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
    std::array<Stretch, kMaxStretches> room;
    int count = 0;
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      room[count].n = n;
      room[count].at = at;
      room[count].frames = frames;
      ++count;
    });
    const std::span<Stretch> stretches(room.data(), static_cast<std::size_t>(count));
    for (Stretch& stretch : stretches) Hear(block, stretch);
    for (Stretch& stretch : stretches) Follow(stretch);
    for (const Stretch& stretch : stretches) {
      // What is known of most stretches when this is compiled need not be asked of each.
      if (stretch.frames == kControlFrames) {
        Amplify(block, stretch, kControlFrames);
      } else {
        Amplify(block, stretch, stretch.frames);
      }
    }
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
  static constexpr int kMaxStretches = kMaxQuantum / kControlFrames + 1;
  /// What lies in one control period, from sample `at` of the block on.
  struct Stretch {
    MediaTime n;
    int at, frames;
    LaneGroups values;  // what is to be taken away, then what is
  };

  void Hear(const Block& block, Stretch& stretch) CONTINUO_REALTIME {
    ControlStretch key;
    key_.Process(block.in + key_port_ * channels_, stretch.at, stretch.frames, key);
    if (rms_.now() != 0.0f || rms_.moving()) {
      ToMean(key, stretch.frames);
    } else {
      mean_square_ = 0.0f;  // nobody asks for it
    }
    stretch.values = GroupsOf(key);
    for (Lanes& x : stretch.values) x = QuickLog2Lanes(LargerLanes(x, AllLanes(kSilence)));
    curve_.Apply(stretch.values, stretch.frames);
  }

  void Follow(Stretch& stretch) CONTINUO_REALTIME {
    reduction_.BeginStretch(stretch.n);
    peak_.Process(stretch.n, stretch.frames, stretch.values);
    Report(stretch.values);
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
  ControlStretch Gain(LaneGroups values, int frames) CONTINUO_REALTIME {
    const LaneGroups makeup = GroupsOf(makeup_, frames);
    for (int j = 0; j < kLanes; ++j) values[j] = NarrowExp2Lanes(makeup[j] - values[j]);
    ControlStretch gain = StretchOf(values);
    if (mix_.moving() || mix_.now() != 1.0f) {
      for (int i = 0; i < frames; ++i) gain[i] += (1.0f - mix_.Next()) * (1.0f - gain[i]);
    }
    return gain;
  }

  [[gnu::always_inline]] void Amplify(const Block& block, const Stretch& stretch,
                                      int frames) CONTINUO_REALTIME {
    const ControlStretch gain = Gain(stretch.values, frames);
    for (int c = 0; c < channels_; ++c) {
      delay_.Exchange(c, block.in[c] + stretch.at, gain.data(), block.out[c] + stretch.at, frames);
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
    .cost_ns_per_frame = 6,
    .params = kParams,
    .bytes = sizeof(Compressor),
    .create = CreateKernel<Compressor>,
    .readings = kReadings,
};

}  // namespace continuo::dsp
