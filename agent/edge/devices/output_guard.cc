// SPDX-License-Identifier: Apache-2.0
#include "agent/edge/devices/output_guard.h"

#include <algorithm>

#include "dsp/base/math.h"

namespace continuo::agent {
namespace {

constexpr Frames kRefusedHold = FramesOfMs(100) + GuardGain::kWindow;

bool IsMusic(float x) {
  return dsp::IsFinite(x) && dsp::Abs(x) <= OutputGuard::kAbsurd;
}

}  // namespace

OutputGuard::OutputGuard(int channels, bool look_ahead)
    : look_ahead_(look_ahead),
      dc_(static_cast<std::size_t>(channels)),
      line_(static_cast<std::size_t>(channels) * GuardGain::kWindow) {}

void OutputGuard::Process(std::span<float* const> channels, int frames) {
  for (int frame = 0; frame < frames; ++frame) {
    float peak = 0;
    const bool refused = Take(channels, frame, peak);
    if (peak > 1.0f) ++counts_.over;
    const double gain = gain_.Next(refused ? GuardGain::kAll : GuardGain::NeedOf(peak),
                                   refused ? kRefusedHold : GuardGain::kWindow);
    const std::size_t next = (at_ + 1) % GuardGain::kWindow;
    Give(channels, frame, look_ahead_ ? next : at_, gain);
    at_ = next;
  }
}

bool OutputGuard::Take(std::span<float* const> channels, int frame, float& peak) {
  float* const into = line_.data() + at_ * dc_.size();
  std::uint64_t refused = 0;
  for (std::size_t c = 0; c < dc_.size(); ++c) {
    const float x = channels[c][frame];
    const bool music = IsMusic(x);
    if (!music) ++refused;
    const std::uint64_t found = dc_[c].found();
    into[c] = dc_[c].Next(music ? x : 0.0f);
    counts_.dc += dc_[c].found() - found;
    peak = std::max(peak, dsp::Abs(into[c]));
  }
  counts_.refused += refused;
  return refused > 0;
}

void OutputGuard::Give(std::span<float* const> channels, int frame, std::size_t at, double gain) {
  const float* const from = line_.data() + at * dc_.size();
  for (std::size_t c = 0; c < dc_.size(); ++c) {
    const float x = gain == 1.0 ? from[c] : static_cast<float>(from[c] * gain);
    channels[c][frame] = std::clamp(x, -1.0f, 1.0f);  // against the last rounding
  }
}

bool OutputGuard::acting() const {
  return gain_.acting() ||
         std::any_of(dc_.begin(), dc_.end(), [](const DcWatch& dc) { return dc.acting(); });
}

}  // namespace continuo::agent
