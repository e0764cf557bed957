// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/pan.h"

#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kPosition, kParamCount };

constexpr ParamDescription kParams[] = {
    {"pan", "", -1.0f, 1.0f, 0.0f, "-1 is left, 1 is right; the way there takes 10 ms.",
     Curve::kLinear, 10.0f},
};
static_assert(std::size(kParams) == kParamCount);

struct Sides {
  float left, right;
};

Sides SidesAt(float position) {
  constexpr float kSqrt2 = 1.41421356f;
  const float angle = (position + 1.0f) * (kPi / 4);
  return {kSqrt2 * Cos(angle), kSqrt2 * Sin(angle)};
}

class Pan final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    params_.Reset(config.params);
    position_.Reset(params_[kPosition]);
    return config.channels == 2;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    // The position glides, not the two gains: the power stays constant on the way.
    Sides sides = SidesAt(position_.now());
    if (!position_.moving()) {
      Multiply(block.in[0], sides.left, block.out[0], block.frames);
      Multiply(block.in[1], sides.right, block.out[1], block.frames);
      return;
    }
    for (int i = 0; i < block.frames; ++i) {
      block.out[0][i] = Clean(block.in[0][i] * sides.left);
      block.out[1][i] = Clean(block.in[1][i] * sides.right);
      if (!position_.moving()) continue;
      position_.Next();
      sides = SidesAt(position_.now());
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (params_.Apply(event)) position_.GoTo(params_[kPosition]);
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    position_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override { return params_.Restore(in) && position_.Restore(in); }

 private:
  ParamValues<kParams> params_;
  Ramp position_;
};

}  // namespace

constinit const KernelDescription kPan = {
    .kind = "pan",
    .help = "Places a stereo signal between left and right with constant power.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 2,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 0,
    .snapshot_version = 1,
    .cost_ns_per_frame = 3,
    .params = kParams,
    .bytes = sizeof(Pan),
    .create = CreateKernel<Pan>,
};

}  // namespace continuo::dsp
