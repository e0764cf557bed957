// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/gain.h"

#include "dsp/kernels/fader.h"

namespace continuo::dsp {
namespace {

enum Param : std::uint16_t { kLevel, kMute, kParamCount };

constexpr ParamDescription kParams[] = {
    {"gain", "dB", -96.0f, 24.0f, 0.0f, "Level; the fader glides there within 10 ms.",
     Curve::kLinear, 10.0f},
    {"mute", "", 0.0f, 1.0f, 0.0f, "1 silences, whatever the gain.", Curve::kStep, 10.0f},
};
static_assert(kLevel == 0 && kMute == 1 && std::size(kParams) == kParamCount);

using Gain = Fader<kParams>;

}  // namespace

constinit const KernelDescription kGain = {
    .kind = "gain",
    .help = "A fader: level and mute.",
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
    .bytes = sizeof(Gain),
    .create = CreateKernel<Gain>,
};

}  // namespace continuo::dsp
