// SPDX-License-Identifier: Apache-2.0
// In the place of registry.cc where there is flash for a channel strip and no more.
#include "dsp/kernels/compressor.h"
#include "dsp/kernels/eq.h"
#include "dsp/kernels/gain.h"
#include "dsp/kernels/gate.h"
#include "dsp/kernels/pan.h"
#include "dsp/kernels/registry.h"

namespace continuo::dsp {
namespace {

constexpr const KernelDescription* kKernels[] = {&kCompressor, &kEq, &kGain, &kGate, &kPan};

}  // namespace

std::span<const KernelDescription* const> Kernels() {
  return kKernels;
}

}  // namespace continuo::dsp
