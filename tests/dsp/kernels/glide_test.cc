// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {
namespace {

/// A parameter that no memory of the kernel depends on, so that only its own glide tells a new setting from an old one.
struct Knob {
  const char* kind;
  const char* param;
  float to;
};

/// Frames from the change of a parameter until the sound is, within 1e-4, that of a kernel in which it changed before.
int FramesOfGlide(const Knob& knob) {
  constexpr int kFrames = 48000;
  Rig early(knob.kind), late(knob.kind);
  early.RenderAlike(Signal(480 * 4));
  late.RenderAlike(Signal(480 * 4));
  early.Set(knob.param, knob.to);
  // Silence in both, until the one has arrived.
  early.RenderAlike(Signal(kFrames));
  late.RenderAlike(Signal(kFrames));
  late.Set(knob.param, knob.to);
  const Signal in = Constant(kFrames, 0.5f);
  const Signal want = early.RenderAlike(in)[0], got = late.RenderAlike(in)[0];
  int last = 0;
  for (int i = 0; i < kFrames; ++i) {
    if (std::abs(want[i] - got[i]) > 1e-4f) last = i + 1;
  }
  return last;
}

class Glide : public testing::TestWithParam<Knob> {};

TEST_P(Glide, TakesAsLongAsIsSaid) {
  const Knob knob = GetParam();
  const KernelDescription& kernel = *FindKernel(knob.kind);
  const ParamDescription& param = kernel.params[FindParam(kernel, knob.param)];
  const double ms = FramesOfGlide(knob) / 48.0;
  EXPECT_LE(ms, param.glide_ms + 0.5);
  EXPECT_GE(ms, param.glide_ms * 0.9);
}

INSTANTIATE_TEST_SUITE_P(Knobs, Glide,
                         testing::Values(Knob{"gain", "gain", -20}, Knob{"gain", "mute", 1},
                                         Knob{"mixer", "gain", 6}, Knob{"mixer", "mute", 1},
                                         Knob{"mixer", "gain.1", -20}, Knob{"mixer", "mute.1", 1},
                                         Knob{"pan", "pan", 0.8f}, Knob{"reverb", "mix", 1},
                                         Knob{"tape", "mix", 1}),
                         [](const auto& knob) {
                           std::string name = knob.param.kind + std::string("_") + knob.param.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace continuo::dsp
