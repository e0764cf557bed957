// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/delay.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/delay_line.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t {
  kLeft,
  kRight,
  kFeedback,
  kCross,
  kDamping,
  kMix,
  kLeftSync,
  kRightSync,
  kParamCount
};

constexpr float kMaxMs = 2000.0f;

/// What the values of `sync` mean from 1 on, in quarter notes: 1/32, 1/16 triplet, 1/16, 1/8 triplet, 1/16 dotted ...
constexpr float kDivisions[] = {0.125f, 1.0f / 6.0f, 0.25f, 1.0f / 3.0f, 0.375f,
                                0.5f,   2.0f / 3.0f, 0.75f, 1.0f,        4.0f / 3.0f,
                                1.5f,   2.0f,        3.0f,  4.0f};
constexpr float kDivisionCount = std::size(kDivisions);
constexpr float kFadeMs = DelayLine::kFadeFrames * 1000.0f / kSampleRate;

constexpr ParamDescription kParams[] = {
    {"left", "ms", 1.0f, kMaxMs, 375.0f,
     "Time of the left side, to the nearest sample; a new one is faded in.", Curve::kLog, kFadeMs},
    {"right", "ms", 1.0f, kMaxMs, 500.0f, "Time of the right side.", Curve::kLog, kFadeMs},
    {"feedback", "", 0.0f, 0.95f, 0.35f, "Share of each repeat that is repeated again.",
     Curve::kLinear, 10.0f},
    {"cross", "", 0.0f, 1.0f, 0.0f, "Share of the feedback that changes sides; 1 is ping-pong.",
     Curve::kLinear, 10.0f},
    {"damping", "Hz", 200.0f, 20000.0f, 6000.0f, "Each further repeat loses the treble above this.",
     Curve::kLog, 10.0f},
    {"mix", "", 0.0f, 1.0f, 0.3f, "0 is dry, 1 is repeats only.", Curve::kLinear, 10.0f},
    {"left.sync", "", 0.0f, kDivisionCount, 0.0f,
     "0: the time in ms. Else a note at the session's tempo, halved until it fits into 2 s: "
     "1 1/32, 2 1/16T, 3 1/16, 4 1/8T, 5 1/16D, 6 1/8, 7 1/4T, 8 1/8D, 9 1/4, 10 1/2T, 11 1/4D, "
     "12 1/2, 13 1/2D, 14 1/1 (T triplet, D dotted).",
     Curve::kStep, kFadeMs},
    {"right.sync", "", 0.0f, kDivisionCount, 0.0f, "The same for the right side.", Curve::kStep,
     kFadeMs},
};
static_assert(std::size(kParams) == kParamCount);

int FramesOf(float ms) {
  return static_cast<int>(ms * (kSampleRate / 1000.0f) + 0.5f);
}

/// Length of a note. Exact enough that no sample is lost in 2 s.
int NoteFrames(float quarters, float bpm) {
  float frames = quarters * (60.0f * kSampleRate) / bpm;
  while (frames > kMaxMs * (kSampleRate / 1000.0f)) frames *= 0.5f;
  return std::max(static_cast<int>(frames + 0.5f), 1);
}

/// Coefficient of the one-pole low pass with that corner.
float LowPassOf(float hz) {
  return 1.0f - Exp(hz * (-2.0f * kPi / kSampleRate));
}

class Delay final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    bpm_ = 120.0f;
    for (int c = 0; c < channels_; ++c) {
      lines_[c].Prepare(arena, FramesOf(kMaxMs), TimeOf(c));
      dark_[c] = 0;
    }
    feedback_.Reset(params_[kFeedback]);
    cross_.Reset(params_[kCross]);
    low_pass_.Reset(LowPassOf(params_[kDamping]));
    mix_.Reset(params_[kMix]);
    return channels_ <= 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      if (ControlPhase(n) == 0) {
        // Often enough to flush: at its fastest it forgets a fourteenth per sample.
        for (float& dark : dark_) dark = Clean(dark);
      }
      const bool whole = std::all_of(lines_.begin(), lines_.begin() + channels_,
                                     [frames](const DelayLine& l) { return l.CanRead(frames); });
      const int step = whole ? frames : 1;
      for (int i = at; i < at + frames; i += step) Stretch(block, i, step);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (event.kind == EventKind::kTempo) bpm_ = event.value;
    if (event.kind == EventKind::kTempo || params_.Apply(event)) GoToTimes();
    if (event.kind != EventKind::kParam) return;
    if (event.target == kFeedback) feedback_.GoTo(event.value);
    if (event.target == kCross) cross_.GoTo(event.value);
    if (event.target == kDamping) low_pass_.GoTo(LowPassOf(event.value));
    if (event.target == kMix) mix_.GoTo(event.value);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    out.F32(bpm_);
    for (const Ramp* ramp : {&feedback_, &cross_, &low_pass_, &mix_}) ramp->Snapshot(out);
    for (int c = 0; c < channels_; ++c) {
      out.F32(dark_[c]);
      lines_[c].Snapshot(out);
    }
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in);
    bpm_ = in.F32();
    ok = ok && bpm_ >= 1.0f && bpm_ <= 1000.0f;  // false for NaN
    for (Ramp* ramp : {&feedback_, &cross_, &low_pass_, &mix_}) ok = ramp->Restore(in) && ok;
    for (int c = 0; c < channels_; ++c)
      ok = ReadFinite(in, &dark_[c], 1) && lines_[c].Restore(in) && ok;
    return ok;
  }

 private:
  using Samples = std::array<float, kControlFrames>;

  /// What is read in it was pushed before it.
  void Stretch(const Block& block, int at, int frames) CONTINUO_REALTIME {
    Samples low_pass, feedback, cross, mix, wet, dark[2], back;
    low_pass_.Fill(low_pass.data(), frames);
    feedback_.Fill(feedback.data(), frames);
    cross_.Fill(cross.data(), frames);
    mix_.Fill(mix.data(), frames);
    Samples in[2];
    for (int c = 0; c < channels_; ++c) {
      std::copy_n(block.in[c] + at, frames, in[c].data());
      ReadLine(lines_[c], wet.data(), frames);
      float* const out = block.out[c] + at;
      for (int i = 0; i < frames; ++i) out[i] = Clean(in[c][i] + mix[i] * (wet[i] - in[c][i]));
      float y = dark_[c];
      for (int i = 0; i < frames; ++i) {
        y = (1.0f - low_pass[i]) * y + low_pass[i] * wet[i];
        dark[c][i] = y;
      }
      dark_[c] = y;
    }
    for (int c = 0; c < channels_; ++c) {
      const Samples &mine = dark[c], &other = dark[channels_ - 1 - c];
      for (int i = 0; i < frames; ++i) {
        back[i] = in[c][i] + feedback[i] * (mine[i] + cross[i] * (other[i] - mine[i]));
      }
      lines_[c].Push(back.data(), frames);
    }
  }
  static void ReadLine(DelayLine& line, float* out, int frames) {
    if (frames == 1) {
      *out = line.Read();
    } else {
      line.Read(out, frames);
    }
  }

  /// A new time is faded in rather than wound to, as a tape would: echoes stay in tune with the music when its tempo
  /// moves. A time that stays the same changes nothing.
  void GoToTimes() CONTINUO_REALTIME {
    for (int c = 0; c < channels_; ++c) lines_[c].GoTo(TimeOf(c));
  }
  /// In samples.
  int TimeOf(int channel) const {
    const int sync = static_cast<int>(params_[kLeftSync + channel] + 0.5f);
    return sync == 0 ? FramesOf(params_[kLeft + channel]) : NoteFrames(kDivisions[sync - 1], bpm_);
  }

  int channels_ = 0;
  float bpm_ = 120.0f;
  ParamValues<kParams> params_;
  Ramp feedback_, cross_, low_pass_, mix_;
  std::array<DelayLine, 2> lines_;
  std::array<float, 2> dark_{};  // low-passed repeats
};

}  // namespace

constinit const KernelDescription kDelay = {
    .kind = "delay",
    .help = "Stereo echoes with a time for each side, in ms or in notes at the session's tempo.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 700 * 96000,  // 0.95^673 < 1e-15, at 2 s each
    .snapshot_version = 2,
    .cost_ns_per_frame = 6,
    .params = kParams,
    .bytes = sizeof(Delay),
    .create = CreateKernel<Delay>,
    .hears_tempo = true,
};

}  // namespace continuo::dsp
