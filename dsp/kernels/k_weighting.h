// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/units.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/svf.h"

namespace continuo::dsp {

/// The K-weighting of ITU-R BS.1770-4, Annex 1: a shelf for the head, then a high-pass (tables 1 and 2, at 48 kHz). The
/// same filters as there, as state-variable structures: at 38 Hz a float spoils the direct form.
class KWeighting {
 public:
  void Prepare(int channels) {
    channels_ = channels;
    head_ = {};
    low_cut_ = {};
  }
  float Tick(int channel, float x) {
    return low_cut_[channel].Tick(low_cut_filter_, head_[channel].Tick(head_filter_, x));
  }

  void Snapshot(ByteWriter& out) const {
    for (int c = 0; c < channels_; ++c) {
      for (const SvfState* state : {&head_[c], &low_cut_[c]}) {
        out.F32(state->s1);
        out.F32(state->s2);
      }
    }
  }
  bool Restore(ByteReader& in) {
    bool ok = true;
    for (int c = 0; c < channels_; ++c) {
      for (SvfState* state : {&head_[c], &low_cut_[c]}) {
        float memory[2];
        ok = ReadFinite(in, memory, 2) && ok;
        *state = {memory[0], memory[1]};
      }
    }
    return ok;
  }

 private:
  const SvfCoefficients head_filter_{
      SvfShape{0.110531832f, 1.41407666f, 1.5848647f, -0.461192296f, -0.584864701f}};
  const SvfCoefficients low_cut_filter_{
      SvfShape{0.00249596592f, 1.99869271f, 1.0049949f, -2.00867597f, -1.0049949f}};
  int channels_ = 0;
  std::array<SvfState, kMaxChannels> head_, low_cut_;
};

}  // namespace continuo::dsp
