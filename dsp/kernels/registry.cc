// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/registry.h"

#include "dsp/kernels/chorus.h"
#include "dsp/kernels/compressor.h"
#include "dsp/kernels/convolver.h"
#include "dsp/kernels/delay.h"
#include "dsp/kernels/eq.h"
#include "dsp/kernels/flanger.h"
#include "dsp/kernels/fm.h"
#include "dsp/kernels/gain.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/input.h"
#include "dsp/kernels/limiter.h"
#include "dsp/kernels/meter.h"
#include "dsp/kernels/mixer.h"
#include "dsp/kernels/pan.h"
#include "dsp/kernels/phaser.h"
#include "dsp/kernels/player.h"
#include "dsp/kernels/reverb.h"
#include "dsp/kernels/sampler.h"
#include "dsp/kernels/shaper.h"
#include "dsp/kernels/signal.h"
#include "dsp/kernels/synth.h"
#include "dsp/kernels/tape.h"

namespace continuo::dsp {
namespace {

// One kernel per line, so that branches merge.
// clang-format off
constexpr const KernelDescription* kKernels[] = {
    &kChorus,
    &kCompressor,
    &kConvolver,
    &kDelay,
    &kEq,
    &kFlanger,
    &kFm,
    &kGain,
    &kGate,
    &kInput,
    &kLimiter,
    &kMeter,
    &kMixer,
    &kPan,
    &kPhaser,
    &kPlayer,
    &kReverb,
    &kSampler,
    &kShaper,
    &kSignal,
    &kSynth,
    &kTape,
};
// clang-format on

}  // namespace

std::span<const KernelDescription* const> Kernels() {
  return kKernels;
}

}  // namespace continuo::dsp
