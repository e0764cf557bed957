// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Every kernel there is, in a fixed order. A kernel listed in registry.cc can be named in shows and is put through
/// all determinism gates; nothing else is needed.
std::span<const KernelDescription* const> Kernels();

/// The kernel of that kind, or nullptr.
const KernelDescription* FindKernel(std::string_view kind);

/// Index of the parameter of that name, or -1.
int FindParam(const KernelDescription& kernel, std::string_view name);

}  // namespace continuo::dsp
