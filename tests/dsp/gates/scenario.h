// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dsp/kernels/kernel.h"

// What the determinism gates play through every registered kernel. A scenario is a pure function of the kernel's
// description, so a new kernel is judged without a line of test code of its own.

namespace continuo::dsp::gates {

/// What comes in.
enum class Material {
  kMusic,  ///< noise, silence, impulses, squares, denormals in turn; parameters move over their whole range
  kWhisper,  ///< almost nothing, then silence: where denormals and FTZ live
  kAbsurd,   ///< finite, but as large as a float can be
};

struct Scenario {
  const KernelDescription* kernel = nullptr;
  int channels = 0;
  int input_ports = 0;
  int assets = 0;
  Material material = Material::kMusic;
  std::uint64_t seed = 0;
  Frames length = 0;
};

/// First sample of every scenario: as large as media time is in our days, and not a multiple of anything.
inline constexpr MediaTime kStart = 85'536'000'000'007;

/// All that every registered kernel must play, in a fixed order.
std::vector<Scenario> Scenarios();

/// "mixer/2ch/16in/music"; unique, and the same on every machine.
std::string NameOf(const Scenario& scenario);

/// Sample of input channel `channel` (port * channels + channel) at `n`. Finite.
float InputAt(const Scenario& scenario, int channel, MediaTime n);

/// Parameter changes over the whole range of each parameter and, if the kernel takes notes, notes; sorted by time.
std::vector<KernelEvent> EventsOf(const Scenario& scenario);

}  // namespace continuo::dsp::gates
