// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/mixer.h"

#include <algorithm>
#include <array>

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

constexpr int kPorts = 16;

enum Param : std::uint16_t {
  kMasterGain,
  kMasterMute,
  kFirstGain,
  kFirstMute = kFirstGain + kPorts
};

constexpr ParamDescription PortGain(const char* name) {
  return {name, "dB", -96.0f, 24.0f, 0.0f, "Level of this input port.", Curve::kLinear, 10.0f};
}

constexpr ParamDescription PortMute(const char* name) {
  return {name, "", 0.0f, 1.0f, 0.0f, "1 silences this input port.", Curve::kStep, 10.0f};
}

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level of the sum.", Curve::kLinear, 10.0f},
    {"mute", "", 0.0f, 1.0f, 0.0f, "1 silences the sum.", Curve::kStep, 10.0f},
    PortGain("gain.1"),
    PortGain("gain.2"),
    PortGain("gain.3"),
    PortGain("gain.4"),
    PortGain("gain.5"),
    PortGain("gain.6"),
    PortGain("gain.7"),
    PortGain("gain.8"),
    PortGain("gain.9"),
    PortGain("gain.10"),
    PortGain("gain.11"),
    PortGain("gain.12"),
    PortGain("gain.13"),
    PortGain("gain.14"),
    PortGain("gain.15"),
    PortGain("gain.16"),
    PortMute("mute.1"),
    PortMute("mute.2"),
    PortMute("mute.3"),
    PortMute("mute.4"),
    PortMute("mute.5"),
    PortMute("mute.6"),
    PortMute("mute.7"),
    PortMute("mute.8"),
    PortMute("mute.9"),
    PortMute("mute.10"),
    PortMute("mute.11"),
    PortMute("mute.12"),
    PortMute("mute.13"),
    PortMute("mute.14"),
    PortMute("mute.15"),
    PortMute("mute.16"),
};
static_assert(std::size(kParams) == kFirstMute + kPorts);

class Mixer final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    ports_ = config.input_ports;
    params_.Reset(config.params);
    for (int port = 0; port < kPorts; ++port) {
      faders_[port].Reset(Level(kFirstGain + port, kFirstMute + port));
    }
    master_.Reset(Level(kMasterGain, kMasterMute));
    return ports_ >= 1 && ports_ <= kPorts && channels_ <= kMaxChannels;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int c = 0; c < channels_; ++c) std::fill_n(block.out[c], block.frames, 0.0f);
    for (int port = 0; port < ports_; ++port) Add(block, port);
    for (int i = 0; i < block.frames; ++i) {
      const float gain = master_.Next();
      for (int c = 0; c < channels_; ++c) block.out[c][i] = Clean(block.out[c][i] * gain);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (!params_.Apply(event)) return;
    if (event.target < kFirstGain) {
      master_.GoTo(Level(kMasterGain, kMasterMute));
      return;
    }
    const int port = (event.target - kFirstGain) % kPorts;
    faders_[port].GoTo(Level(kFirstGain + port, kFirstMute + port));
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    master_.Snapshot(out);
    for (const Ramp& fader : faders_) fader.Snapshot(out);
  }

  bool Restore(ByteReader& in) override {
    bool ok = params_.Restore(in) && master_.Restore(in);
    for (Ramp& fader : faders_) ok = ok && fader.Restore(in);
    return ok;
  }

 private:
  float Level(int gain, int mute) const {
    return params_.IsOn(mute) ? 0.0f : DbToGain(params_[gain]);
  }

  void Add(const Block& block, int port) CONTINUO_REALTIME {
    const float* const* in = block.in + port * channels_;
    std::array<float, kMaxQuantum> gains;
    for (int i = 0; i < block.frames; ++i) gains[i] = faders_[port].Next();
    for (int c = 0; c < channels_; ++c) {
      for (int i = 0; i < block.frames; ++i) block.out[c][i] += in[c][i] * gains[i];
    }
  }

  int channels_ = 0;
  int ports_ = 0;
  ParamValues<kParams> params_;
  Ramp master_;
  std::array<Ramp, kPorts> faders_;
};

}  // namespace

constinit const KernelDescription kMixer = {
    .kind = "mixer",
    .help = "Sums up to 16 input ports, each with its own fader, into a master fader.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = kPorts,
    .channels_min = 1,
    .channels_max = kMaxChannels,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 0,
    .snapshot_version = 1,
    .cost_ns_per_frame = 11,
    .params = kParams,
    .bytes = sizeof(Mixer),
    .create = CreateKernel<Mixer>,
};

}  // namespace continuo::dsp
