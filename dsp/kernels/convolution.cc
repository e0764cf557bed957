// SPDX-License-Identifier: Apache-2.0
#include "dsp/kernels/convolution.h"

#include "dsp/kernels/ordered_sums.h"

namespace continuo::dsp {
bool Convolution::Prepare(Arena& arena, int channels, const AudioAsset& impulse) {
  if (channels > 2 || impulse.frames > kMaxImpulse) return false;
  channels_ = channels;
  phase_ = kNotBegun;
  for (int c = 0; c < channels; ++c) {
    const bool sides = impulse.channels > 1;
    sides_[c] = {&impulse, sides ? c : 0, sides && channels == 1};
  }
  int history = kDirect + kControlFrames;
  stages_ = 0;
  for (int s = 0; s < kStages && impulse.frames > 2 * kBlocks[s]; ++s, ++stages_) {
    const Frames end =
        s + 1 < kStages ? std::min<Frames>(impulse.frames, 2 * kBlocks[s + 1]) : impulse.frames;
    const Frames length = end - 2 * kBlocks[s];
    const int count = static_cast<int>((length + kBlocks[s] - 1) / kBlocks[s]);
    partitions_[s].Prepare(arena, kBlocks[s], count,
                           {sides_.data(), static_cast<std::size_t>(channels)});
    history = std::max(history, partitions_[s].history());
  }
  for (int c = 0; c < channels; ++c) histories_[c].Prepare(arena, history);
  taps_ = arena.Take<float>(static_cast<std::size_t>(channels) * kDirect);
  scratch_ = arena.Take<float>(2 * kLargest);
  if (taps_ == nullptr) return true;
  for (int c = 0; c < channels; ++c) {
    for (int t = 0; t < kDirect; ++t) taps_[(c + 1) * kDirect - 1 - t] = sides_[c][t];
  }
  return true;
}

void Convolution::Process(MediaTime n, float* const* samples, int frames) {
  if (phase_ == kNotBegun) phase_ = static_cast<std::uint16_t>(n & (kLargest - 1));
  for (int at = 0; at < frames;) {
    const int within = phase_ % kControlFrames;
    const int stretch = std::min(frames - at, kControlFrames - within);
    if (within == 0) {
      for (int s = 0; s < stages_; ++s) partitions_[s].Work(phase_, histories_.data(), scratch_);
    }
    for (int c = 0; c < channels_; ++c) {
      histories_[c].Push(samples[c] + at, stretch);
      Direct(samples, c, at, stretch);
      for (int s = 0; s < stages_; ++s) {
        partitions_[s].AddTo(samples[c] + at, c, phase_, stretch);
      }
    }
    phase_ = static_cast<std::uint16_t>((phase_ + stretch) & (kLargest - 1));
    at += stretch;
  }
}

void Convolution::Direct(float* const* samples, int channel, int at, int frames) {
  float recent[kDirect + kControlFrames];
  const int needed = kDirect - 1 + frames;
  histories_[channel].Copy(needed, needed, recent);
  OrderedSums(taps_ + channel * kDirect, recent, kDirect, frames, samples[channel] + at);
}

void Convolution::Snapshot(ByteWriter& out) const {
  out.Le(phase_);
  for (int c = 0; c < channels_; ++c) histories_[c].Snapshot(out);
}

bool Convolution::Restore(ByteReader& in) {
  phase_ = in.Le<std::uint16_t>();
  bool ok = phase_ < kLargest || phase_ == kNotBegun;
  for (int c = 0; c < channels_; ++c) ok = histories_[c].Restore(in) && ok;
  if (!ok) return false;
  for (int s = 0; s < stages_; ++s) {
    partitions_[s].Rebuild(phase_ == kNotBegun ? 0 : phase_, histories_.data(), scratch_);
  }
  return true;
}

}  // namespace continuo::dsp
