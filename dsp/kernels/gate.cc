// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/gate.h"

#include <array>

#include "dsp/base/quick_math.h"
#include "dsp/kernels/gate_door.h"
#include "dsp/kernels/key.h"
#include "dsp/kernels/look_ahead.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/recent_peak.h"

namespace continuo::dsp {
namespace {

constexpr int kLookAhead = FramesOfMs(1);

enum Param : std::uint16_t {
  kThreshold,
  kHysteresis,
  kRange,
  kAttack,
  kHold,
  kRelease,
  kHighPass,
  kParamCount
};

constexpr ParamDescription kParams[] = {
    {"threshold", "dBFS", -90.0f, 0.0f, -40.0f, "Peak level of the key at which it opens."},
    {"hysteresis", "dB", 0.0f, 24.0f, 4.0f, "So much below the threshold it may close again."},
    {"range", "dB", 0.0f, 96.0f, 60.0f, "How much quieter it is when closed.", Curve::kLinear,
     10.0f},
    {"attack", "ms", 0.1f, 100.0f, 1.0f, "From closed to open, evenly in amplitude.", Curve::kLog},
    {"hold", "ms", 1.0f, 2000.0f, 50.0f,
     "Stays open so long after the key; longer than half a period of the deepest note, or it "
     "chatters.",
     Curve::kLog},
    {"release", "ms", 5.0f, 4000.0f, 150.0f, "From open to closed, evenly in dB.", Curve::kLog},
    {"key.highpass", "Hz", 0.0f, Key::kMaxHighPass, 0.0f,
     "The key is heard from here on, so that rumble opens nothing; 0: all of it.", Curve::kLinear,
     10.0f},
};
static_assert(std::size(kParams) == kParamCount);

constexpr ReadingDescription kReadings[] = {
    {"reduction", "dB", "The most that was taken away lately; the range while it is closed.", false,
     true},
};

class Gate final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena& arena) override {
    channels_ = config.channels;
    key_port_ = config.input_ports - 1;
    params_.Reset(config.params);
    key_.Prepare(channels_, params_[kHighPass]);
    delay_.Prepare(arena, channels_, kLookAhead);
    closed_.Reset(DbToGain(-params_[kRange]));
    door_.Reset();
    SetDoor();
    return key_port_ >= 0;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    ForEachControlStretch(block, [&](MediaTime n, int at, int frames) {
      reduction_.BeginStretch(n);
      std::array<float, kControlFrames> gain;
      key_.Process(block.in + key_port_ * channels_, at, frames, gain);
      const bool open = door_.StaysOpen(gain.data(), frames);
      const bool shut =
          !open && !closed_.moving() && door_.StaysShut(gain.data(), frames, closed_.now());
      float least = 1.0f;
      if (open) {
        closed_.Skip(frames);
      } else if (shut) {
        least = closed_.now();
      } else {
        least = Move(gain, frames);
      }
      reduction_.Add(-kDbPerOctave * QuickLog2(least));
      for (int c = 0; c < channels_; ++c) {
        float* out = block.out[c] + at;
        delay_.Exchange(c, block.in[c] + at, out, frames);
        // What was delayed is clean.
        if (shut) Multiply(out, least, out, frames);
        if (!open && !shut) Multiply(out, gain.data(), frames);
      }
      delay_.Advance(frames);
    });
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target == kRange) closed_.GoTo(DbToGain(-event.value));
    if (event.target == kHighPass) key_.GoTo(event.value);
    SetDoor();
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    key_.Snapshot(out);
    closed_.Snapshot(out);
    door_.Snapshot(out);
    reduction_.Snapshot(out);
    delay_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    const bool ok = params_.Restore(in) && key_.Restore(in) && closed_.Restore(in) &&
                    closed_.Within(0.0f, 1.0f) && door_.Restore(in) && reduction_.Restore(in) &&
                    delay_.Restore(in);
    SetDoor();
    return ok;
  }

  void Read(std::span<float> out) const CONTINUO_REALTIME override { out[0] = reduction_.value(); }

 private:
  static constexpr float kDbPerOctave = 6.0205999f;

  /// The keys' magnitudes become gains; the least of them.
  float Move(std::array<float, kControlFrames>& gain, int frames) CONTINUO_REALTIME {
    float least = 1.0f;
    for (int i = 0; i < frames; ++i) {
      gain[i] = door_.Next(gain[i], closed_.Next());
      least = gain[i] < least ? gain[i] : least;
    }
    return least;
  }

  void SetDoor() {
    door_.Set({params_[kThreshold], params_[kHysteresis], params_[kRange], params_[kAttack],
               params_[kHold], params_[kRelease]});
  }

  int channels_ = 0;
  int key_port_ = 0;
  ParamValues<kParams> params_;
  Key key_;
  Ramp closed_;  // gain when closed
  GateDoor door_;
  RecentPeak reduction_;
  LookAhead delay_;
};

}  // namespace

constinit const KernelDescription kGate = {
    .kind = "gate",
    .help = "Silences what is quiet; input port 2, if wired, is its key. Its output is 1 ms late.",
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
    .snapshot_version = 1,
    .cost_ns_per_frame = 3,
    .params = kParams,
    .bytes = sizeof(Gate),
    .create = CreateKernel<Gate>,
    .readings = kReadings,
};

}  // namespace continuo::dsp
