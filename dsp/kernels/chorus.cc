// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/chorus.h"

#include "dsp/kernels/modulated_delay.h"

namespace continuo::dsp {
namespace {

constexpr ParamDescription kParams[] = {
    {"rate", "Hz", 0.02f, 10.0f, 0.6f, "Of the slow wave that moves the voices.", Curve::kLog,
     0.0f},
    {"depth", "ms", 0.0f, 20.0f, 4.0f, "How far a voice moves.", Curve::kLinear, kWindMs},
    {"delay", "ms", 1.0f, 40.0f, 8.0f, "Of a voice that is nearest.", Curve::kLog, kWindMs},
    {"spread", "", 0.0f, 1.0f, 0.5f, "How far the wave of the right side lags; 1 is half a wave.",
     Curve::kLinear, kWindMs},
    {"feedback", "", -0.9f, 0.9f, 0.0f, "Share of the voices that goes round again.",
     Curve::kLinear, 10.0f},
    {"mix", "", 0.0f, 1.0f, 0.5f, "0 is dry, 1 is the voices only.", Curve::kLinear, 10.0f},
};

using Chorus = ModulatedDelay<kParams, 3>;

}  // namespace

constinit const KernelDescription kChorus = {
    .kind = "chorus",
    .help = "A chorus: three voices that drift beside the dry one.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 330 * 2885,  // 0.9^328 < 1e-15, at 60 ms each
    .snapshot_version = 1,
    .cost_ns_per_frame = 14,
    .params = kParams,
    .bytes = sizeof(Chorus),
    .create = CreateKernel<Chorus>,
};

}  // namespace continuo::dsp
