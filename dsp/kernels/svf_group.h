// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/lanes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/svf.h"

namespace continuo::dsp {

/// A filter at rest, four samples at a time. With s the state and x the input,
///   s' = A s + B x,  y = C s + D x,
/// so four outputs are C A^j s plus what the inputs up to each one give, and the state after them is
/// A^4 s + A^3 B x0 + A^2 B x1 + A B x2 + B x3 (the look-ahead, or block state, form: Parhi, "VLSI Digital Signal
/// Processing Systems", chapter 10). Only two products and two sums of four samples wait for the four before.
///
/// Groups begin where n % kLanes == 0. One that a block cuts off is computed as far as it goes; the state stays that of
/// its beginning, and its samples are kept until it is whole: so all bits are the same, whatever the blocks.
class SvfGroup {
 public:
  /// One channel's filter.
  struct Memory {
    SvfState state;                            ///< where the group began
    std::array<float, kLanes - 1> begun = {};  ///< what came in since then

    bool operator==(const Memory&) const = default;
  };

  SvfGroup() = default;
  explicit SvfGroup(const SvfShape& shape);

  /// In place. Samples are finite, and 0 or not tiny; so is what comes out.
  void Process(Memory& memory, MediaTime n, float* samples, int frames) const CONTINUO_REALTIME;
  /// Two channels: each waits for its own last samples, so two take less time than twice one.
  void ProcessPair(Memory* memories, MediaTime n, float* left, float* right,
                   int frames) const CONTINUO_REALTIME;

 private:
  struct Step {
    Lanes samples;
    Lanes state;  // in the first two lanes
  };
  Step Compute(const Lanes& state, const Lanes& x) const;
  /// Of a group that this block does not hold as a whole; how many samples of it that were.
  int ProcessPart(Memory& memory, MediaTime n, float* samples, int frames) const;
  int ProcessWhole(Memory& memory, float* samples, int frames) const;
  int ProcessWholePair(Memory* memories, float* left, float* right, int frames) const;

  std::array<Lanes, 2> out_of_state_ = {};    // C A^j, of each half of the state
  std::array<Lanes, kLanes> out_of_in_ = {};  // of each input
  std::array<Lanes, 2> state_of_state_ = {};  // A^4
  std::array<Lanes, kLanes> state_of_in_ = {};
};

}  // namespace continuo::dsp
