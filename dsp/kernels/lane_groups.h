// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/lanes.h"
#include "dsp/kernels/control_rate.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

/// A value for each sample of a control period, or of the part of one that a block cuts off, from its first one on.
using ControlStretch = std::array<float, kControlFrames>;
/// The same, cut into four groups side by side: lane g of the j-th is value j of group g. What is done alike to each
/// value is done to it in this order, too, and a recurrence can be written for groups.
using LaneGroups = std::array<Lanes, kLanes>;
static_assert(kControlFrames == kLanes * kLanes);

/// How many periods to compute side by side: those of a block, where one that waits for itself leaves room for others;
/// one where registers and stacks are small.
#ifdef CONTINUO_SCALAR_LANES
inline constexpr int kPeriodsAtOnce = 1;
#else
inline constexpr int kPeriodsAtOnce = kMaxQuantum / kControlFrames + 1;
#endif

inline LaneGroups GroupsOf(const ControlStretch& values) {
  LaneGroups groups;
  for (int g = 0; g < kLanes; ++g) groups[g] = LoadLanes(values.data() + g * kLanes);
  TransposeLanes(groups);
  return groups;
}
inline ControlStretch StretchOf(LaneGroups groups) {
  ControlStretch values;
  TransposeLanes(groups);
  for (int g = 0; g < kLanes; ++g) StoreLanes(groups[g], values.data() + g * kLanes);
  return values;
}

/// A control period of samples, to where none of them lies.
inline void CopyPeriod(const float* from, float* to) {
  for (int i = 0; i < kControlFrames; i += kLanes) StoreLanes(LoadLanes(from + i), to + i);
}

/// The next `count` values of a ramp; what is beyond them means nothing. Moves it on by as many.
template <int kSteps>
LaneGroups GroupsOf(RampOf<kSteps>& ramp, int count) {
  if (!ramp.moving()) {
    const Lanes now = AllLanes(ramp.now());
    return {now, now, now, now};
  }
  ControlStretch values = {};
  ramp.Fill(values.data(), count);
  return GroupsOf(values);
}

}  // namespace continuo::dsp
