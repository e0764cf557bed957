// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "dsp/base/lanes.h"
#include "dsp/base/realtime.h"
#include "dsp/base/units.h"
#include "dsp/kernels/control_rate.h"
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
  using Weighted = std::array<std::array<float, kControlFrames>, kMaxChannels>;

  /// `frames` <= kControlFrames samples of each channel from `at` on.
  void Process(const float* const* in, int at, int frames, Weighted& out) CONTINUO_REALTIME {
#ifdef CONTINUO_SCALAR_LANES
    for (int c = 0; c < channels_; ++c) ProcessOne(c, in[c] + at, frames, out[c].data());
#else
    // One channel's sample waits for its last; meanwhile the others have theirs.
    for (int i = 0; i < frames; ++i) {
      for (int c = 0; c < channels_; ++c) {
        const float shelved = head_[c].Tick(head_filter_, in[c][at + i]);
        out[c][i] = low_cut_[c].Tick(low_cut_filter_, shelved);
      }
    }
#endif
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
#ifdef CONTINUO_SCALAR_LANES
  /// With all that one channel needs in registers.
  void ProcessOne(int channel, const float* in, int frames, float* out) CONTINUO_REALTIME {
    const SvfCoefficients head_filter = head_filter_, low_cut_filter = low_cut_filter_;
    SvfState head = head_[channel], low_cut = low_cut_[channel];
    for (int i = 0; i < frames; ++i) {
      out[i] = low_cut.TickAsItIs(low_cut_filter, head.TickAsItIs(head_filter, in[i]));
      CleanAll(head.s1, head.s2, low_cut.s1, low_cut.s2);
    }
    head_[channel] = head;
    low_cut_[channel] = low_cut;
  }
#endif

  const SvfCoefficients head_filter_{
      SvfShape{0.110531832f, 1.41407666f, 1.5848647f, -0.461192296f, -0.584864701f}};
  const SvfCoefficients low_cut_filter_{
      SvfShape{0.00249596592f, 1.99869271f, 1.0049949f, -2.00867597f, -1.0049949f}};
  int channels_ = 0;
  std::array<SvfState, kMaxChannels> head_, low_cut_;
};

}  // namespace continuo::dsp
