// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "proto/plan/link.h"

namespace continuo {

/// What kernels are said to take, in tests that place tasks: figures of no machine in particular. They stay as they are
/// when those of the registry are corrected, so that what is recorded of a test does not change.
inline std::vector<plan::KernelCost> TestCosts() {
  return {{"chorus", 70, false},  {"compressor", 12, false}, {"convolver", 170, false},
          {"delay", 12, false},   {"eq", 46, false},         {"flanger", 22, false},
          {"fm", 220, false},     {"gain", 3, false},        {"gate", 10, false},
          {"input", 3, false},    {"limiter", 48, false},    {"meter", 50, false},
          {"mixer", 20, false},   {"pan", 3, false},         {"phaser", 36, false},
          {"player", 8, false},   {"reverb", 120, false},    {"sampler", 25, false},
          {"shaper", 120, false}, {"signal", 60, false},     {"synth", 120, false},
          {"tape", 10, false}};
}

}  // namespace continuo
