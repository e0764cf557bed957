// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/flanger.h"

#include "dsp/kernels/modulated_delay.h"

namespace continuo::dsp {
namespace {

constexpr ParamDescription kParams[] = {
    {"rate", "Hz", 0.02f, 10.0f, 0.2f, "Of the slow wave that moves the comb.", Curve::kLog, 0.0f},
    {"depth", "ms", 0.0f, 10.0f, 3.0f, "How far it moves.", Curve::kLinear, kWindMs},
    {"delay", "ms", 0.1f, 10.0f, 0.5f, "At its nearest; the first notch is at half of its inverse.",
     Curve::kLog, kWindMs},
    {"spread", "", 0.0f, 1.0f, 0.25f, "How far the wave of the right side lags; 1 is half a wave.",
     Curve::kLinear, kWindMs},
    {"feedback", "", -0.95f, 0.95f, 0.5f, "Sharpens the comb; below 0 its teeth stand between.",
     Curve::kLinear, 10.0f},
    {"mix", "", 0.0f, 1.0f, 0.5f, "0 is dry, 1 is the moving voice only.", Curve::kLinear, 10.0f},
};

using Flanger = ModulatedDelay<kParams, 1>;

}  // namespace

constinit const KernelDescription kFlanger = {
    .kind = "flanger",
    .help = "A flanger: a comb whose teeth move.",
    .determinism = Determinism::kD0,
    .input_ports_min = 1,
    .input_ports_max = 1,
    .channels_min = 1,
    .channels_max = 2,
    .takes_notes = false,
    .assets_min = 0,
    .assets_max = 0,
    .latency_frames = 0,
    .tail_frames = 700 * 965,  // 0.95^673 < 1e-15, at 20 ms each
    .snapshot_version = 1,
    .cost_ns_per_frame = 10,
    .params = kParams,
    .bytes = sizeof(Flanger),
    .create = CreateKernel<Flanger>,
};

}  // namespace continuo::dsp
