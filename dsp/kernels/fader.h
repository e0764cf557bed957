// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dsp/base/lanes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/param_values.h"
#include "dsp/kernels/ramp.h"

namespace continuo::dsp {

/// A level and a mute between one port and the output: kParams[0] in dB, kParams[1] 0 or 1.
/// At 0 dB samples pass bit for bit.
template <const auto& kParams>
class Fader final : public Kernel {
 public:
  bool Prepare(const KernelConfig& config, Arena&) override {
    channels_ = config.channels;
    params_.Reset(config.params);
    gain_.Reset(Target());
    return true;
  }

  void Process(const Block& block) CONTINUO_REALTIME override {
    if (!gain_.moving()) {
      for (int c = 0; c < channels_; ++c) {
        Multiply(block.in[c], gain_.now(), block.out[c], block.frames);
      }
      return;
    }
    for (int i = 0; i < block.frames; ++i) {
      const float gain = gain_.Next();
      for (int c = 0; c < channels_; ++c) block.out[c][i] = Clean(block.in[c][i] * gain);
    }
  }

  void Apply(const KernelEvent& event) CONTINUO_REALTIME override {
    if (params_.Apply(event)) gain_.GoTo(Target());
  }

  void Snapshot(ByteWriter& out) const override {
    params_.Snapshot(out);
    gain_.Snapshot(out);
  }

  bool Restore(ByteReader& in) override { return params_.Restore(in) && gain_.Restore(in); }

 private:
  float Target() const { return params_.IsOn(1) ? 0.0f : DbToGain(params_[0]); }

  int channels_ = 0;
  ParamValues<kParams> params_;
  Ramp gain_;
};

}  // namespace continuo::dsp
