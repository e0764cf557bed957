// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "dsp/kernels/rig.h"

namespace continuo::dsp {

/// A meter on the bench that begins where a tenth of a second of media time begins.
class MeterRig {
 public:
  explicit MeterRig(int channels = 2) : rig_("meter", channels), channels_(channels) {
    constexpr int kTenth = 4800;
    rig_.RenderAlike(Signal(kTenth - 1'000'000'007 % kTenth));
    rig_.Set("restart", 1);
  }

  void Play(const std::vector<Signal>& in) { rig_.Render(in); }
  /// 1 kHz at these peak levels, a channel each, on from where the last one ended.
  void PlayTone(const std::vector<double>& dbfs, double seconds) {
    const auto frames = static_cast<int>(seconds * kSampleRate + 0.5);
    std::vector<Signal> in(channels_, Signal(frames));
    for (int i = 0; i < frames; ++i, ++at_) {
      const double wave = std::sin(2 * M_PI * (at_ % 48) / 48);
      for (int c = 0; c < channels_; ++c)
        in[c][i] = static_cast<float>(std::pow(10.0, dbfs[c] / 20) * wave);
    }
    rig_.Render(in);
  }
  void PlayTone(double dbfs, double seconds) {
    PlayTone(std::vector<double>(channels_, dbfs), seconds);
  }

  double Read(std::string_view name, int channel = 0) const {
    const KernelDescription& kernel = *FindKernel("meter");
    float values[kMaxReadings];
    const_cast<Rig&>(rig_).kernel().Read(values);
    int at = 0;
    for (const ReadingDescription& reading : kernel.readings) {
      if (name == reading.name) return static_cast<double>(values[at + channel]);
      at += reading.per_channel ? channels_ : 1;
    }
    ADD_FAILURE() << name;
    return 0;
  }
  Rig& rig() { return rig_; }

 private:
  Rig rig_;
  int channels_;
  int at_ = 0;
};

}  // namespace continuo::dsp
