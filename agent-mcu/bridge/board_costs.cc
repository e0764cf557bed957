// SPDX-License-Identifier: Apache-2.0
#include "agent-mcu/bridge/board_costs.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "dsp/kernels/registry.h"

namespace continuo::mcu {
namespace {

struct Counted {
  std::string_view kind;
  std::uint32_t instructions;  ///< per sample of a stereo one, on a Cortex-M4F
};

// As agent-mcu/RESOURCES.md has them; tests/agent-mcu/resources compares.
constexpr Counted kCounted[] = {
    {"chorus", 496},  {"compressor", 191}, {"convolver", 4592}, {"delay", 137},   {"eq", 426},
    {"flanger", 210}, {"fm", 1603},        {"gain", 17},        {"gate", 62},     {"input", 17},
    {"limiter", 977}, {"meter", 685},      {"mixer", 382},      {"pan", 23},      {"phaser", 493},
    {"player", 85},   {"reverb", 1058},    {"sampler", 270},    {"shaper", 1686}, {"signal", 556},
    {"synth", 1596},  {"tape", 129}};

/// At 168 MHz, if each takes a cycle. Parts have half of a block: the coordinator's own guard (a quarter, and 65 % of a
/// core) leaves no more.
constexpr std::uint32_t kNsPerInstruction = 6;

/// Of a kernel that nobody has counted: as many for a nanosecond that it states as others have.
constexpr std::uint32_t kInstructionsPerNs = 25;

std::uint32_t InstructionsOf(const dsp::KernelDescription& kernel) {
  const auto* const counted = std::ranges::find(kCounted, kernel.kind, &Counted::kind);
  if (counted != std::end(kCounted)) return counted->instructions;
  return static_cast<std::uint32_t>(kernel.cost_ns_per_frame) * kInstructionsPerNs;
}

}  // namespace

std::vector<plan::KernelCost> BoardCosts() {
  std::vector<plan::KernelCost> costs;
  for (const dsp::KernelDescription* const kernel : dsp::Kernels()) {
    costs.push_back({kernel->kind, InstructionsOf(*kernel) * kNsPerInstruction, true});
  }
  std::ranges::sort(costs, {}, &plan::KernelCost::kind);
  return costs;
}

}  // namespace continuo::mcu
