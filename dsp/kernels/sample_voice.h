// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "dsp/base/bytes.h"
#include "dsp/base/math.h"
#include "dsp/kernels/kernel.h"

namespace continuo::dsp {

/// Adds `frames` samples of an asset to the output: a mono asset to every channel, a stereo one to a mono output as the
/// mean of its sides, otherwise channel by channel. `gain_of(i)` is the level of the i-th sample.
template <typename GainOf>
void AddAsset(const AudioAsset& asset, Frames position, int frames, int channels, float* const* out,
              int offset, GainOf gain_of) {
  const float* from = asset.samples + position * asset.channels;
  const int sides = std::min(asset.channels, 2);
  for (int i = 0; i < frames; ++i, from += asset.channels) {
    const float gain = gain_of(i);
    if (channels == 1) {
      out[0][offset + i] += gain * (sides == 1 ? from[0] : 0.5f * (from[0] + from[1]));
      continue;
    }
    for (int c = 0; c < channels; ++c) {
      out[c][offset + i] += gain * from[std::min(c, asset.channels - 1)];
    }
  }
}

/// One sounding asset of a sampler.
struct SampleVoice {
  std::uint8_t asset = 0;  // of the configuration
  std::uint8_t key = 0;
  bool sounding = false;
  bool released = false;
  std::uint32_t order = 0;  // counts the notes of this sampler
  Frames position = 0;
  float gain = 0;   // of its velocity
  float level = 1;  // falls after the release
  float fade = 0;   // share of the level lost per sample, once released

  void Release(float share) {
    if (!sounding) return;
    released = true;
    fade = std::max(fade, share);
  }

  void Render(const AudioAsset& material, int frames, int channels, float* const* out) {
    const int left = static_cast<int>(std::min<Frames>(frames, material.frames - position));
    AddAsset(material, position, left, channels, out, 0, [this](int) {
      const float now = gain * level;
      if (released) level -= level * fade;
      if (level < kSilence) level = 0.0f;  // here and not per block: block sizes must not be heard
      return now;
    });
    position += left;
    if (position >= material.frames || level == 0.0f) *this = SampleVoice{};
  }

  void Snapshot(ByteWriter& out) const {
    out.Le(asset);
    out.Le(key);
    out.Le(static_cast<std::uint8_t>((sounding ? 1 : 0) | (released ? 2 : 0)));
    out.Le(order);
    out.Le(position);
    for (const float value : {gain, level, fade}) out.F32(value);
  }
  bool Restore(ByteReader& in, std::span<const AudioAsset> assets) {
    asset = in.Le<std::uint8_t>();
    key = in.Le<std::uint8_t>();
    const auto flags = in.Le<std::uint8_t>();
    sounding = (flags & 1) != 0;
    released = (flags & 2) != 0;
    order = in.Le<std::uint32_t>();
    position = in.Le<Frames>();
    for (float* value : {&gain, &level, &fade}) *value = in.F32();
    if (!in.ok() || flags > 3 || !IsFinite(gain) || !IsFinite(level) || !IsFinite(fade))
      return false;
    return !sounding || (asset < assets.size() && position >= 0 && position < assets[asset].frames);
  }

  static constexpr float kSilence = 3e-5f;  ///< -90 dB
};

}  // namespace continuo::dsp
