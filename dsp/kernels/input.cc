// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/input.h"

#include "dsp/kernels/fader.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kTrim, kMute, kParamCount };

constexpr ParamDescription kParams[] = {
    {"trim", "dB", -24.0f, 24.0f, 0.0f, "Level of what comes in; at 0 it passes bit for bit.",
     Curve::kLinear, 10.0f},
    {"mute", "", 0.0f, 1.0f, 0.0f, "1 silences; what is recorded of the device goes on.",
     Curve::kStep, 10.0f},
};
static_assert(kTrim == 0 && kMute == 1 && std::size(kParams) == kParamCount);

using Input = Fader<kParams>;

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
    .cost_ns_per_frame = 2,
    .params = kParams,
    .bytes = sizeof(Input),
    .create = CreateKernel<Input>,
    .live = true,
};

}  // namespace continuo::dsp
