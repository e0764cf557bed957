// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/input.h"

#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kTrim, kMute, kParamCount };

constexpr ParamDescription kParams[] = {
    {"trim", "dB", -24.0f, 24.0f, 0.0f, "Level of what comes in; at 0 it passes bit for bit.",
     Curve::kLinear, 10.0f},
    {"mute", "", 0.0f, 1.0f, 0.0f, "1 silences; what is recorded of the device goes on.",
     Curve::kStep, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

class Input final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    params_.Reset();
    gain_.Reset(Target());
    return true;
  }
  void Process(const Block& block) CONTINUO_REALTIME override {
    for (int i = 0; i < block.frames; ++i) {
      const float gain = gain_.Next();
      for (int c = 0; c < channels_; ++c) block.out[c][i] = Clean(block.in[c][i] * gain);
    }
  }
  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (params_.Apply(event)) gain_.GoTo(Target());
  }
  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    gain_.Snapshot(out);
  }
  bool Restore(ByteReader& in) override { return params_.Restore(in) && gain_.Restore(in); }

 private:
  float Target() const { return params_.IsOn(kMute) ? 0.0f : DbToGain(params_[kTrim]); }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp gain_;
};

}  // namespace

constinit const KernelDescription kInput = {
    .kind = "input",
    .help = "What comes in on a device of the one node it is on.",
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
    .cost_ns_per_frame = 3,
    .params = kParams,
    .bytes = sizeof(Input),
    .create = CreateKernel<Input>,
    .live = true,
};

}  // namespace continuo::dsp
