// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>

#include "coordinator/core/number_text.h"
#include "dsp/kernels/kernel.h"

namespace continuo::coordinator {

/// "-96 to 24 dB", "0 to 1 in whole numbers"
inline std::string RangeText(const dsp::ParamDescription& param) {
  std::string text = NumberText(param.min) + " to " + NumberText(param.max);
  if (*param.unit != 0) text += std::string(" ") + param.unit;
  return param.curve == dsp::Curve::kStep ? text + " in whole numbers" : text;
}

/// Why the parameter cannot have this value: the value and what is allowed. Empty if it can.
inline std::string WhyNot(const dsp::ParamDescription& param, float value) {
  const bool in_range = dsp::InRange(param, value);
  const bool between = in_range && param.curve == dsp::Curve::kStep && value != std::round(value);
  if (in_range && !between) return "";
  return NumberText(value) + (between ? " is between two steps" : " is out of range") +
         "; allowed are " + RangeText(param);
}

}  // namespace continuo::coordinator
