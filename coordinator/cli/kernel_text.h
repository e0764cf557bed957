// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "coordinator/cli/terminal.h"
#include "dsp/kernels/kernel.h"

// What the kernels of the registry are, for people and for programs: the same descriptions that shows are checked
// against.

namespace continuo::coordinator::cli {

/// A table: kind, what it takes, its cost, what it is.
std::vector<std::string> KernelListLines(std::span<const dsp::KernelDescription* const> kernels);
/// One of them with its parameters and readings. Parameters that differ only in their number ("gain.1", "gain.2") share
/// a line.
std::vector<std::string> KernelLines(const dsp::KernelDescription& kernel,
                                     const Terminal& terminal);

/// An array of objects as KernelJson makes them.
std::string KernelsJson(std::span<const dsp::KernelDescription* const> kernels);
std::string KernelJson(const dsp::KernelDescription& kernel);

}  // namespace continuo::coordinator::cli
