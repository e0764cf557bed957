// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "dsp/base/units.h"
#include "dsp/kernels/kernel.h"
#include "proto/plan/link.h"

namespace continuo::agent {

/// What a stereo instance of this kernel costs here while it has to do what it is made for: eight notes sound, the
/// player rolls, all inputs are loud, an equaliser's bands are not flat (KernelDescription::at_work). Median over
/// stretches of a millisecond or so, of the CPU time of this thread. Takes about `budget` of it.
/// Not measured if the kernel cannot be made in stereo.
plan::KernelCost MeasureKernel(const dsp::KernelDescription& kernel, Nanoseconds budget);

/// Of every kernel of the registry, as kept in <folder>/costs by this build; measured, and kept, if there is nothing or
/// `anew`. Some 30 ms for each: not on a thread that must be anywhere in time.
std::vector<plan::KernelCost> Costs(const std::filesystem::path& folder, bool anew);

}  // namespace continuo::agent
